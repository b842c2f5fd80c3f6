using System.Globalization;

namespace MLNet.MobileNetV2.Weights;

/// <summary>What travels with weights, as the text metadata of a safetensors or ONNX file.</summary>
internal static class WeightsMetadata
{
    public const string Padding = "padding";

    private const string BatchNormEpsilon = "batch_norm.epsilon";
    private const string Size = "preprocessing.size";
    private const string Crop = "preprocessing.crop";
    private const string CropFraction = "preprocessing.crop_fraction";
    private const string Interpolation = "preprocessing.interpolation";
    private const string Jpeg = "preprocessing.jpeg_decoding";
    private const string ChannelOrder = "preprocessing.channel_order";
    private const string Mean = "preprocessing.mean";
    private const string Std = "preprocessing.std";

    /// <summary>The network's settings, batch norm's epsilon, padding and preprocessing as text.</summary>
    public static Dictionary<string, string> Write(MobileNetV2Weights weights)
    {
        Dictionary<string, string> metadata = Write(weights.Preprocessing);
        metadata[Padding] = weights.Padding.ToString();
        if (weights.BatchNorm == BatchNormForm.Apart)
        {
            metadata[BatchNormEpsilon] = weights.BatchNormEpsilon.ToString("R", CultureInfo.InvariantCulture);
        }

        ArchitectureMetadata.Write(metadata, weights.Architecture);
        return metadata;
    }

    /// <summary>Batch norm's epsilon, or null where the metadata does not give it.</summary>
    public static float? ReadEpsilon(string source, IReadOnlyDictionary<string, string> metadata) =>
        metadata.ContainsKey(BatchNormEpsilon)
            ? (float)Number(source, metadata, BatchNormEpsilon, value => (float)value > 0 && float.IsFinite((float)value))
            : null;

    public static Dictionary<string, string> Write(ImagePreprocessing preprocessing)
    {
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            [Size] = preprocessing.Size.ToString(CultureInfo.InvariantCulture),
            [CropFraction] = preprocessing.CropFraction.ToString("R", CultureInfo.InvariantCulture),
            [Interpolation] = preprocessing.Interpolation.ToString(),
            [Jpeg] = preprocessing.JpegDecoding.ToString(),
            [ChannelOrder] = preprocessing.ChannelOrder.ToString(),
            [Mean] = Show(preprocessing.Mean),
            [Std] = Show(preprocessing.Std),
        };

        // The square goes without saying: what was written before there was a choice stays as it is, keys of kept features included.
        if (preprocessing.Crop != ImageCrop.CentredSquare)
        {
            metadata[Crop] = preprocessing.Crop.ToString();
        }

        return metadata;
    }

    /// <summary>The padding, or null where the metadata does not name it.</summary>
    public static PaddingFlavor? ReadPadding(string source, IReadOnlyDictionary<string, string> metadata) =>
        metadata.ContainsKey(Padding) ? Choice<PaddingFlavor>(source, metadata, Padding) : null;

    /// <summary>The preprocessing, or null where the metadata does not give it.</summary>
    public static ImagePreprocessing? ReadPreprocessing(string source, IReadOnlyDictionary<string, string> metadata) =>
        !metadata.ContainsKey(Size) ? null : new ImagePreprocessing
        {
            Size = (int)Number(source, metadata, Size, value => value is >= 1 and <= ImagePreprocessing.MaxSize && value % 1 == 0),
            Crop = metadata.ContainsKey(Crop) ? Choice<ImageCrop>(source, metadata, Crop) : ImageCrop.CentredSquare,
            CropFraction = Number(source, metadata, CropFraction, value => value is > 0 and <= 1),
            Interpolation = Choice<ResizeInterpolation>(source, metadata, Interpolation),
            JpegDecoding = metadata.ContainsKey(Jpeg) ? Choice<JpegDecoding>(source, metadata, Jpeg) : JpegDecoding.Oversampled,
            ChannelOrder = Choice<ImageChannelOrder>(source, metadata, ChannelOrder),
            Mean = Channels(source, metadata, Mean, float.IsFinite),
            Std = Channels(source, metadata, Std, value => value > 0 && float.IsFinite(value)),
        };

    private static string Show(ChannelValues values) =>
        string.Create(CultureInfo.InvariantCulture, $"{values.Red:R} {values.Green:R} {values.Blue:R}");

    private static TEnum Choice<TEnum>(string source, IReadOnlyDictionary<string, string> metadata, string key)
        where TEnum : struct, Enum
    {
        string text = MetadataText.Find(source, metadata, key);
        return Enum.GetNames<TEnum>().Contains(text, StringComparer.Ordinal)
            ? Enum.Parse<TEnum>(text)
            : throw new WeightsFormatException(
                source, $"its metadata '{key}' is '{text}'; {string.Join(" or ", Enum.GetNames<TEnum>())} is allowed.");
    }

    private static double Number(string source, IReadOnlyDictionary<string, string> metadata, string key, Func<double, bool> isAllowed)
    {
        string text = MetadataText.Find(source, metadata, key);
        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && isAllowed(value)
            ? value
            : throw MetadataText.Wrong(source, key, text);
    }

    private static ChannelValues Channels(
        string source, IReadOnlyDictionary<string, string> metadata, string key, Func<float, bool> isAllowed)
    {
        string text = MetadataText.Find(source, metadata, key);
        string[] parts = text.Split(' ');
        float[] values = new float[3];
        for (int i = 0; i < values.Length; i++)
        {
            if (parts.Length != values.Length
                || !float.TryParse(parts[i], NumberStyles.Float, CultureInfo.InvariantCulture, out values[i])
                || !isAllowed(values[i]))
            {
                throw MetadataText.Wrong(source, key, text);
            }
        }

        return new(values[0], values[1], values[2]);
    }
}

/// <summary>Texts of a file's metadata, which may be of any length.</summary>
internal static class MetadataText
{
    // A stage table of the largest numbers is shorter.
    private const int MaxLength = 400;

    /// <summary>The text of a key, empty where there is none.</summary>
    /// <exception cref="WeightsFormatException">It is too long.</exception>
    public static string Find(string source, IReadOnlyDictionary<string, string> metadata, string key)
    {
        string text = metadata.GetValueOrDefault(key, "");
        return text.Length <= MaxLength ? text : throw new WeightsFormatException(
            source, $"its metadata '{key}' has {text.Length:N0} characters; up to {MaxLength} are allowed.");
    }

    public static WeightsFormatException Wrong(string source, string key, string text) =>
        new(source, $"its metadata '{key}' is '{text}', which is not a valid value.");
}
