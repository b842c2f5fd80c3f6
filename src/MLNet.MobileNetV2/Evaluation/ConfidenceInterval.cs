using System.Globalization;

namespace MLNet.MobileNetV2;

/// <summary>
/// The interval that a figure of as many other images would lie in, 95 times of 100, as far as these images tell. Immutable and
/// thread-safe.
/// </summary>
/// <param name="Low">The lower end.</param>
/// <param name="High">The upper end.</param>
public readonly record struct ConfidenceInterval(double Low, double High)
{
    /// <summary>For example <c>0.871 to 0.934</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Low:F3} to {High:F3}");
}
