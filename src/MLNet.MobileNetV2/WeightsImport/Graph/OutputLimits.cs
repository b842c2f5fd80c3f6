using System.Globalization;

namespace MLNet.MobileNetV2.WeightsImport.Graph;

/// <summary>The least and the greatest value that an activation lets through.</summary>
internal readonly record struct OutputLimits(float Least, float Greatest)
{
    public static OutputLimits None { get; } = new(float.NegativeInfinity, float.PositiveInfinity);

    public static OutputLimits ReLU6 { get; } = new(0, 6);

    /// <summary>These limits and then others.</summary>
    public OutputLimits Then(OutputLimits next) => new(next.Apply(Least), next.Apply(Greatest));

    public override string ToString() => this == None
        ? "not limited"
        : string.Create(CultureInfo.InvariantCulture, $"limited to {Least}..{Greatest}");

    // The order of the two matters where the limits cross; ONNX defines Clip like this.
    private float Apply(float value) => Math.Min(Math.Max(value, Least), Greatest);
}
