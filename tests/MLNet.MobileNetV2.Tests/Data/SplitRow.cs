namespace MLNet.MobileNetV2.Tests.Data;

/// <summary>A row that is known by its number, with a text label and a feature that tells the labels apart.</summary>
internal sealed class SplitRow
{
    public int Number { get; set; }

    public string Label { get; set; } = string.Empty;

    public float Feature { get; set; }

    /// <summary>Rows whose labels are dealt as in the given list: 3, 1 gives a, b, a, a.</summary>
    public static List<SplitRow> OfClasses(params IReadOnlyList<int> counts)
    {
        var rows = new List<SplitRow>();
        for (int round = 0; round < counts.DefaultIfEmpty().Max(); round++)
        {
            for (int label = 0; label < counts.Count; label++)
            {
                if (round < counts[label])
                {
                    rows.Add(new() { Number = rows.Count, Label = $"{(char)('a' + label)}", Feature = label });
                }
            }
        }

        return rows;
    }
}
