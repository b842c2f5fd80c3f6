namespace MLNet.MobileNetV2.Network;

/// <summary>Rounds channel counts for the hardware, as the reference implementation does (TensorFlow's <c>_make_divisible</c>).</summary>
internal static class ChannelRounding
{
    /// <summary>The nearest multiple of the divisor, at least the divisor, and never more than 10 % below the channels.</summary>
    /// <exception cref="OverflowException">The result is beyond 32 bits.</exception>
    public static int Round(double channels, int divisor)
    {
        long nearest = checked((long)(channels + (divisor / 2.0))) / divisor * divisor;
        long rounded = Math.Max(divisor, nearest);
        return checked((int)(rounded < 0.9 * channels ? rounded + divisor : rounded));
    }
}
