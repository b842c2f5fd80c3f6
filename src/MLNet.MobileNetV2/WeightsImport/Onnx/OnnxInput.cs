using MLNet.MobileNetV2.OnnxSchema;
using Dimension = MLNet.MobileNetV2.OnnxSchema.TensorShapeProto.Types.Dimension;

namespace MLNet.MobileNetV2.WeightsImport.Onnx;

/// <summary>
/// The input of an ONNX graph that takes the image, and the names of the others. The side is 224 where the graph takes any.
/// </summary>
internal sealed record OnnxInput(string Name, int Side, bool IsChannelsLast, IReadOnlyList<string> Others)
{
    private const int Channels = 3;

    /// <summary>Whether an input is the further one of this library's own graphs.</summary>
    public static bool IsMissing(string name) => name.EndsWith(ModelTensors.Missing, StringComparison.Ordinal);

    /// <summary>Finds the one input of four dimensions.</summary>
    /// <exception cref="WeightsFormatException">There is not exactly one, or it does not take a square image of three channels.</exception>
    public static OnnxInput Find(string source, IReadOnlyList<ValueInfoProto> inputs)
    {
        ValueInfoProto[] images = [.. inputs.Where(CanBeImage)];
        if (images.Length != 1)
        {
            string found = images.Length == 0 ? "none" : string.Join(", ", images.Take(4).Select(input => $"'{input.Name}'"));
            throw new WeightsFormatException(
                source, $"its graph has {images.Length} inputs for images ({found}); one of four dimensions is allowed.");
        }

        string name = images[0].Name;
        (bool isChannelsLast, long? height, long? width) = Shape(source, name, images[0].Type?.TensorType?.Shape);
        return new(
            name,
            ImageSide.Check(source, (height, width)),
            isChannelsLast,
            [.. inputs.Select(input => input.Name).Where(other => other != name)]);
    }

    private static bool CanBeImage(ValueInfoProto input) =>
        input.Type?.TensorType?.Shape is not { } shape ? !IsMissing(input.Name) : shape.Dim.Count == 4;

    private static (bool IsChannelsLast, long? Height, long? Width) Shape(string source, string name, TensorShapeProto? shape)
    {
        if (shape is null)
        {
            return (false, null, null);
        }

        long?[] sizes = [.. shape.Dim.Select(Size)];
        bool isChannelsFirst = (sizes[1] ?? Channels) == Channels;
        if (isChannelsFirst && (sizes[1] == Channels || sizes[3] != Channels))
        {
            return (false, sizes[2], sizes[3]);
        }

        return sizes[3] == Channels ? (true, sizes[1], sizes[2]) : throw new WeightsFormatException(
            source,
            $"its input '{name}' has shape [{string.Join(", ", sizes.Select(size => size?.ToString(null, null) ?? "?"))}]; "
            + "[N, 3, side, side] or [N, side, side, 3] is allowed.");
    }

    // A size that is named, left out or -1 is open.
    private static long? Size(Dimension dimension) => dimension.HasDimValue && dimension.DimValue >= 0 ? dimension.DimValue : null;
}
