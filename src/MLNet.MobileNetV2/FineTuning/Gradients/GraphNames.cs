namespace MLNet.MobileNetV2.FineTuning.Gradients;

/// <summary>Names of a gradient graph's inputs, outputs and constants beside those of the trained tensors.</summary>
internal static class GraphNames
{
    public const string Input = "input";
    public const string Targets = "targets";
    public const string Weights = "weights";
    public const string Dropout = "dropout";
    public const string Losses = "losses";
    public const string Hits = "hits";

    /// <summary>The output with the gradient of a tensor.</summary>
    public static string Gradient(string tensor) => $"{tensor}.gradient";

    /// <summary>The constant with a depthwise kernel, as often as there are samples.</summary>
    public static string Repeated(string tensor) => $"{tensor}.repeated";

    /// <summary>The same with each kernel turned by 180 degrees.</summary>
    public static string Flipped(string tensor) => $"{tensor}.flipped";
}
