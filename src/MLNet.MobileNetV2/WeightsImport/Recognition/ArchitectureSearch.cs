using MLNet.MobileNetV2.Network;

namespace MLNet.MobileNetV2.WeightsImport.Recognition;

/// <summary>
/// Finds a stage table, width multiplier and divisor that give the channels of a file: the paper's table at a round width where that
/// fits, else the file's own table. Several can give the same layers; then they are the same network.
/// </summary>
internal static class ArchitectureSearch
{
    private const int MaxDivisor = 64;
    private const int PreferredDivisor = 8;
    private const double StemChannels = 32;

    // Far beyond any published network.
    private const double MaxWidth = 64;

    // Denominators of the multipliers to try, roundest first.
    private static readonly int[] s_parts = [1, 2, 4, 20, 100, 1000];

    /// <summary>The network that has these layers; 0 classes for none.</summary>
    /// <exception cref="WeightsFormatException">No table of seven rows gives these layers.</exception>
    public static MobileNetV2Architecture Find(string source, FoundLayers layers, int numClasses, PaddingFlavor padding)
    {
        if (layers.Blocks.Count is 0 or > MobileNetV2Architecture.MaxBlocks)
        {
            throw new WeightsFormatException(
                source, $"it has {layers.Blocks.Count} inverted residuals; 7 to {MobileNetV2Architecture.MaxBlocks} are allowed.");
        }

        IReadOnlyList<InvertedResidualSetting> stages = StageTable.Of(source, layers);
        int[] divisors = [.. Divisors(layers)];
        IEnumerable<MobileNetV2Architecture> found =
            from isPaper in (bool[])[true, false]
            from divisor in divisors
            from width in Widths(layers, divisor)
            let settings = Settings(stages, width, divisor, isPaper)
            where settings is not null
            select new MobileNetV2Architecture(numClasses, width, settings, divisor, padding: padding, outputStride: layers.OutputStride);
        return found.FirstOrDefault() ?? throw new WeightsFormatException(
            source,
            $"no width multiplier gives {layers.StemChannels} channels after the first convolution, "
            + $"{(layers.FeatureCount is { } last ? $"{last} after the last " : string.Empty)}"
            + "and those of its blocks between them; MobileNetV2 has no such network.");
    }

    private static IEnumerable<int> Divisors(FoundLayers layers)
    {
        int common = Gcd(layers.StemChannels, layers.FeatureCount ?? 0);
        foreach (FoundBlock block in layers.Blocks)
        {
            common = Gcd(common, block.OutputChannels);
        }

        return Enumerable.Range(1, Math.Min(common, MaxDivisor))
            .Where(divisor => common % divisor == 0)
            .OrderByDescending(divisor => divisor == PreferredDivisor)
            .ThenByDescending(divisor => divisor);
    }

    // Rounding moves channels by a divisor at most, so only widths near the first convolution's can fit.
    private static IEnumerable<double> Widths(FoundLayers layers, int divisor)
    {
        double least = Math.Max(0, (layers.StemChannels - divisor) / StemChannels);
        double most = Math.Min(MaxWidth, (layers.StemChannels + divisor) / StemChannels);
        foreach (int parts in s_parts)
        {
            for (int count = Math.Max(1, (int)(least * parts)); count <= most * parts; count++)
            {
                double width = (double)count / parts;
                double features = MobileNetV2Architecture.DefaultFeatureCount * Math.Max(1, width);
                if (ChannelRounding.Round(StemChannels * width, divisor) == layers.StemChannels
                    && (layers.FeatureCount is not { } found || ChannelRounding.Round(features, divisor) == found))
                {
                    yield return width;
                }
            }
        }
    }

    /// <summary>The rows before the multiplier, with the paper's channels or with others that fit; null where none do.</summary>
    private static List<InvertedResidualSetting>? Settings(
        IReadOnlyList<InvertedResidualSetting> stages, double width, int divisor, bool isPaper)
    {
        var settings = new List<InvertedResidualSetting>(stages.Count);
        foreach (InvertedResidualSetting stage in stages)
        {
            int? channels = isPaper
                ? Fitting(MobileNetV2Architecture.PaperStages[settings.Count].Channels, stage.Channels, width, divisor)
                : Unscaled(stage.Channels, width, divisor);
            if (channels is null)
            {
                return null;
            }

            settings.Add(stage with { Channels = channels.Value });
        }

        return settings;
    }

    // Rounding keeps order and leaves multiples of the divisor alone: where any channels fit, so do the nearest below or above.
    private static int? Unscaled(int scaled, double width, int divisor)
    {
        int nearest = (int)Math.Clamp(Math.Round(scaled / width), 1, int.MaxValue / MaxWidth);
        int second = nearest * width > scaled ? Math.Max(1, nearest - 1) : nearest + 1;
        return Fitting(nearest, scaled, width, divisor) ?? Fitting(second, scaled, width, divisor);
    }

    private static int? Fitting(int channels, int scaled, double width, int divisor) =>
        ChannelRounding.Round(channels * width, divisor) == scaled ? channels : null;

    private static int Gcd(int left, int right) => right == 0 ? left : Gcd(right, left % right);
}
