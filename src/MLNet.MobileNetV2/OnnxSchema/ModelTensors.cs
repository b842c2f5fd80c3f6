using System.Globalization;

namespace MLNet.MobileNetV2.OnnxSchema;

/// <summary>Names of the inputs and outputs of the ONNX graphs that this library writes.</summary>
internal static class ModelTensors
{
    public const string Pixels = "pixels";
    public const string Features = "features";
    public const string Logits = "logits";
    public const string Probabilities = "probabilities";

    /// <summary>An output of <c>[N, 1]</c> that is above 0 where the image is of no class.</summary>
    public const string Strangeness = "strangeness";

    /// <summary>The input of a graph that begins inside the network: <c>[N, channels, height, width]</c>, or features.</summary>
    public const string Map = "map";

    /// <summary>An input of <c>[N, 1]</c> that is added to every feature: 0, or NaN where the image is missing.</summary>
    public const string Missing = "missing";

    public const string BatchDimension = "N";

    /// <summary>The output with the map behind a unit of the network: 0 is the stem.</summary>
    public static string MapOf(int unit) => string.Create(CultureInfo.InvariantCulture, $"{Map}.{unit}");
}
