using MLNet.MobileNetV2.FineTuning.Gradients;

namespace MLNet.MobileNetV2.FineTuning.Distillation;

/// <summary>A part of a distillation: which units learn together, on which views.</summary>
internal sealed record DistillationStage
{
    /// <summary>Units that learn the map behind the last of them from the map in front of the first; none for the whole network.</summary>
    public IReadOnlyList<UnitRange> Ranges { get; init; } = [];

    /// <summary>Number of epochs.</summary>
    public required int Epochs { get; init; }

    /// <summary>Factor of the learning rate.</summary>
    public required double Rate { get; init; }

    /// <summary>Side of the views in pixels; null for the network's own.</summary>
    public int? Size { get; init; }

    /// <summary>Whether ranges that begin with large maps take fewer views: each has thousands of positions.</summary>
    public bool ThinsLargeMaps { get; init; }

    /// <summary>The units behind which the teacher's maps are needed.</summary>
    public IEnumerable<int> Maps => Ranges.SelectMany(range => new[] { range.First - 1, range.Last }).Where(unit => unit >= 0).Distinct();
}

/// <summary>The stages of a distillation block by block, one after another.</summary>
internal static class DistillationPlan
{
    private const int UnitsInARow = 4;
    private const double BlocksEnd = 0.15;
    private const double RowsEnd = 0.25;
    private const double HalvesEnd = 0.55;
    private const double SmallViewsEnd = 0.9;

    /// <summary>
    /// Shares the epochs out: blocks, a few blocks in a row, the halves of the network, the whole network, and at the end the whole network
    /// on views of its own size where those before were of another.
    /// </summary>
    /// <param name="architecture">The network.</param>
    /// <param name="epochs">Number of epochs, at least 1.</param>
    /// <param name="size">Side of the views in pixels; null for the network's own.</param>
    public static IReadOnlyList<DistillationStage> Of(MobileNetV2Architecture architecture, int epochs, int? size)
    {
        int units = UnitRange.UnitsOf(architecture);
        int blocks = (int)(epochs * BlocksEnd);
        int rows = (int)(epochs * RowsEnd);
        int halves = (int)(epochs * HalvesEnd);
        int whole = size is null ? epochs : (int)(epochs * SmallViewsEnd);
        DistillationStage[] stages =
        [
            new() { Ranges = Rows(units, 1), Epochs = blocks, ThinsLargeMaps = true, Rate = 10, Size = size },
            new() { Ranges = Rows(units, UnitsInARow), Epochs = rows - blocks, ThinsLargeMaps = true, Rate = 5, Size = size },
            new() { Ranges = Rows(units, (units + 1) / 2), Epochs = halves - rows, Rate = 0.5, Size = size },
            new() { Epochs = whole - halves, Rate = 0.3, Size = size },
            new() { Epochs = epochs - whole, Rate = 0.15 },
        ];
        return [.. stages.Where(stage => stage.Epochs > 0)];
    }

    /// <summary>Every unit, a few at a time.</summary>
    public static IReadOnlyList<UnitRange> Rows(int units, int length) =>
        [.. Enumerable.Range(0, (units + length - 1) / length)
            .Select(row => new UnitRange(row * length, Math.Min(units, (row + 1) * length) - 1))];
}
