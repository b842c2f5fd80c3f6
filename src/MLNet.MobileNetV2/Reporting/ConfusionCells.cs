using MLNet.MobileNetV2.Evaluation;

namespace MLNet.MobileNetV2.Reporting;

/// <summary>A cell of the confusion matrix.</summary>
/// <param name="Truth">Place of the true class.</param>
/// <param name="Predicted">Place of the predicted class.</param>
/// <param name="Photos">Its photos, the greatest losses first, as many as may be listed.</param>
/// <param name="Count">Number of all its photos.</param>
internal sealed record ConfusionCell(int Truth, int Predicted, IReadOnlyList<JudgedImage> Photos, int Count);

/// <summary>The confusion matrix of the classes that are confused most, its cells with their photos.</summary>
internal sealed class ConfusionCells
{
    private const int MostClasses = 40;
    private const int MostPhotosOfACell = 24;
    private const int MostPhotos = 4000;

    private readonly Dictionary<(int Truth, int Predicted), int> _places;

    private ConfusionCells(IReadOnlyList<int> classes, IReadOnlyList<ConfusionCell> cells)
    {
        Classes = classes;
        Cells = cells;
        _places = cells.Index().ToDictionary(cell => (cell.Item.Truth, cell.Item.Predicted), cell => cell.Index);
    }

    /// <summary>Places of the classes that are shown, in their order.</summary>
    public IReadOnlyList<int> Classes { get; }

    /// <summary>The cells that are not empty: first those of errors, the largest first.</summary>
    public IReadOnlyList<ConfusionCell> Cells { get; }

    /// <summary>Counts.</summary>
    public static ConfusionCells Of(ClassificationReport report)
    {
        JudgedImage[] images = [.. report.PerImage];
        int[] classes = MostConfused(images, report.Classes.Count);
        HashSet<int> shown = [.. classes];
        int left = MostPhotos;
        var cells = new List<ConfusionCell>();
        foreach (IGrouping<(int Truth, int Predicted), JudgedImage> group in images
            .Where(image => shown.Contains(image.Truth) && shown.Contains(image.Predicted))
            .GroupBy(image => (image.Truth, image.Predicted))
            .OrderBy(group => group.Key.Truth == group.Key.Predicted).ThenByDescending(group => group.Count()).ThenBy(group => group.Key))
        {
            JudgedImage[] photos = [.. group.OrderByDescending(image => image.Loss).Take(Math.Min(MostPhotosOfACell, left))];
            left -= photos.Length;
            cells.Add(new(group.Key.Truth, group.Key.Predicted, photos, group.Count()));
        }

        return new(classes, cells);
    }

    /// <summary>The place of a cell; null for an empty one.</summary>
    public int? PlaceOf(int truth, int predicted) => _places.TryGetValue((truth, predicted), out int place) ? place : null;

    private static int[] MostConfused(JudgedImage[] images, int classCount)
    {
        if (classCount <= MostClasses)
        {
            return [.. Enumerable.Range(0, classCount)];
        }

        int[] errors = new int[classCount];
        int[] occurrences = new int[classCount];
        foreach (JudgedImage image in images)
        {
            errors[image.Truth] += image.IsRight ? 0 : 1;
            errors[image.Predicted] += image.IsRight ? 0 : 1;
            occurrences[image.Truth]++;
        }

        return
        [
            .. Enumerable.Range(0, classCount).OrderByDescending(place => errors[place]).ThenByDescending(place => occurrences[place])
                .Take(MostClasses).Order(),
        ];
    }
}
