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
    public double Rate { get; init; } = 1;

    /// <summary>Side of the views in pixels, as a share of the network's.</summary>
    public double Size { get; init; } = 1;

    /// <summary>Side of the views in pixels: a multiple of 32, as all maps then have whole sides.</summary>
    public int SizeOf(int full) => Size == 1 ? full : Math.Max(32, (int)Math.Round(full * Size / 32) * 32);

    /// <summary>Whether ranges that begin with large maps take fewer views: each has thousands of positions.</summary>
    public bool ThinsLargeMaps { get; init; }

    /// <summary>The units behind which the teacher's maps are needed.</summary>
    public IEnumerable<int> Maps => Ranges.SelectMany(range => new[] { range.First - 1, range.Last }).Where(unit => unit >= 0).Distinct();
}

/// <summary>The stages of a distillation block by block, one after another.</summary>
internal static class DistillationPlan
{
    /// <summary>Shares the epochs out: blocks, a few blocks in a row, the whole network.</summary>
    public static IReadOnlyList<DistillationStage> Of(MobileNetV2Architecture architecture, int epochs)
    {
        int units = UnitRange.UnitsOf(architecture);
        int blocks = (int)(epochs * 0.4);
        int rows = (int)(epochs * 0.55) - blocks;
        DistillationStage[] stages =
        [
            new() { Ranges = Rows(units, 1), Epochs = blocks, ThinsLargeMaps = true, Rate = 10 },
            new() { Ranges = Rows(units, 4), Epochs = rows, ThinsLargeMaps = true, Rate = 4 },
            new() { Epochs = epochs - blocks - rows, Rate = 3 },
        ];
        return [.. stages.Where(stage => stage.Epochs > 0)];
    }

    /// <summary>Every unit, a few at a time.</summary>
    public static IReadOnlyList<UnitRange> Rows(int units, int length) =>
        [.. Enumerable.Range(0, (units + length - 1) / length)
            .Select(row => new UnitRange(row * length, Math.Min(units, (row + 1) * length) - 1))];
}
