namespace MLNet.MobileNetV2.Tests.Detection.Evaluation;

/// <summary>
/// COCO's average precision of one class at one overlap, written from its words alone: for each recall every cut of the list of objects is
/// tried, and each cut matched anew.
/// </summary>
internal static class NaiveAveragePrecision
{
    public static double Of(string label, double overlap, IReadOnlyList<(LabelledBox[] Truth, DetectedObject[] Found)> images)
    {
        int boxes = images.Sum(image => image.Truth.Count(box => box.Label == label && !box.IsCrowd && !box.IsDifficult));
        if (boxes == 0)
        {
            return double.NaN;
        }

        var all = images
            .SelectMany((image, index) => image.Found.Where(item => item.Label == label).Select(item => (Image: index, Item: item)))
            .OrderByDescending(found => found.Item.Score)
            .ToArray();
        var cuts = new List<(double Recall, double Precision)>();
        for (int count = 1; count <= all.Length; count++)
        {
            (int right, int wrong) = Judge(label, overlap, images, [.. all.Take(count)]);
            cuts.Add(((double)right / boxes, right + wrong == 0 ? 0 : (double)right / (right + wrong)));
        }

        return Enumerable.Range(0, 101)
            .Average(recall => cuts.Where(cut => cut.Recall >= recall * 0.01).Select(cut => cut.Precision).DefaultIfEmpty(0).Max());
    }

    private static (int Right, int Wrong) Judge(
        string label,
        double overlap,
        IReadOnlyList<(LabelledBox[] Truth, DetectedObject[] Found)> images,
        (int Image, DetectedObject Item)[] found)
    {
        int right = 0;
        int wrong = 0;
        var taken = new HashSet<LabelledBox>(ReferenceEqualityComparer.Instance);
        foreach ((int image, DetectedObject item) in found)
        {
            LabelledBox[] free = [.. images[image].Truth.Where(box => box.Label == label && !taken.Contains(box))];
            LabelledBox? counted = Best(free.Where(box => !box.IsCrowd && !box.IsDifficult), item, overlap);
            LabelledBox? other = Best(free.Where(box => box.IsCrowd || box.IsDifficult), item, overlap);
            if (counted is not null)
            {
                taken.Add(counted);
                right++;
            }
            else if (other is null)
            {
                wrong++;
            }
            else if (!other.IsCrowd)
            {
                taken.Add(other);
            }
        }

        return (right, wrong);
    }

    private static LabelledBox? Best(IEnumerable<LabelledBox> boxes, DetectedObject item, double overlap) => boxes
        .Select(box => (Box: box, Overlap: Overlap(item.Box, box)))
        .Where(pair => pair.Overlap >= overlap)
        .OrderBy(pair => pair.Overlap)
        .LastOrDefault().Box;

    private static double Overlap(BoundingBox found, LabelledBox truth)
    {
        BoundingBox box = truth.Box;
        double width = Math.Min(found.Right, box.Right) - Math.Max(found.X, box.X);
        double height = Math.Min(found.Bottom, box.Bottom) - Math.Max(found.Y, box.Y);
        double shared = width <= 0 || height <= 0 ? 0 : width * height;
        double area = (double)found.Width * found.Height;
        return shared / (truth.IsCrowd ? area : area + ((double)box.Width * box.Height) - shared);
    }
}
