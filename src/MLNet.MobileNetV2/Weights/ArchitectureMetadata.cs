using System.Globalization;

namespace MLNet.MobileNetV2.Weights;

/// <summary>The network's settings as the text metadata of a file.</summary>
internal static class ArchitectureMetadata
{
    private const string WidthMultiplier = "architecture.width_multiplier";
    private const string RoundNearest = "architecture.round_nearest";
    private const string Dropout = "architecture.dropout";
    private const string Stages = "architecture.stages";
    private const string OutputStride = "architecture.output_stride";

    /// <summary>Adds the settings. The classes are in the tensors, the padding in <see cref="WeightsMetadata"/>.</summary>
    public static void Write(Dictionary<string, string> metadata, MobileNetV2Architecture architecture)
    {
        metadata[WidthMultiplier] = architecture.WidthMultiplier.ToString("R", CultureInfo.InvariantCulture);
        metadata[RoundNearest] = architecture.RoundNearest.ToString(CultureInfo.InvariantCulture);
        metadata[Dropout] = architecture.Dropout.ToString("R", CultureInfo.InvariantCulture);
        metadata[Stages] = string.Join(
            ' ', architecture.Stages.Select(stage => string.Create(
                CultureInfo.InvariantCulture, $"{stage.ExpansionFactor},{stage.Channels},{stage.Repeats},{stage.Stride}")));

        // The table's own strides go without saying: what was written before there was a choice stays as it is.
        if (!architecture.HasOwnStrides)
        {
            metadata[OutputStride] = architecture.OutputStride.ToString(CultureInfo.InvariantCulture);
        }
    }

    /// <summary>The network, or null where the metadata does not give it.</summary>
    /// <exception cref="WeightsFormatException">A setting is not allowed.</exception>
    public static MobileNetV2Architecture? Read(
        string source, IReadOnlyDictionary<string, string> metadata, int numClasses, PaddingFlavor padding)
    {
        if (!metadata.ContainsKey(Stages))
        {
            return null;
        }

        string stages = MetadataText.Find(source, metadata, Stages);
        try
        {
            InvertedResidualSetting[] rows = [.. stages.Split(' ').Select(row => Row(source, row))];
            if (rows.Sum(row => (long)row.Repeats) > MobileNetV2Architecture.MaxBlocks)
            {
                throw MetadataText.Wrong(source, Stages, stages);
            }

            return new MobileNetV2Architecture(
                numClasses,
                Number<double>(source, metadata, WidthMultiplier),
                rows,
                Number<int>(source, metadata, RoundNearest),
                Number<double>(source, metadata, Dropout),
                padding: padding,
                outputStride: metadata.ContainsKey(OutputStride)
                    ? Number<int>(source, metadata, OutputStride)
                    : MobileNetV2Architecture.Default.OutputStride);
        }
        catch (ArgumentException error)
        {
            throw new WeightsFormatException(source, $"its metadata does not describe a MobileNetV2: {error.Message}", error);
        }
    }

    private static InvertedResidualSetting Row(string source, string text)
    {
        int[] values = [.. text.Split(',').Select(part => Parse<int>(source, Stages, part))];
        return values is [int t, int c, int n, int s] ? new(t, c, n, s) : throw MetadataText.Wrong(source, Stages, text);
    }

    private static T Number<T>(string source, IReadOnlyDictionary<string, string> metadata, string key)
        where T : ISpanParsable<T> => Parse<T>(source, key, MetadataText.Find(source, metadata, key));

    private static T Parse<T>(string source, string key, string text)
        where T : ISpanParsable<T> =>
        T.TryParse(text, CultureInfo.InvariantCulture, out T? value) ? value : throw MetadataText.Wrong(source, key, text);
}
