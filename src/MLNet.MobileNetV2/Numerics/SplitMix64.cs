namespace MLNet.MobileNetV2.Numerics;

/// <summary>
/// Random numbers that depend on a seed and a place alone, such as an epoch and a sample: any worker draws the same ones in any order.
/// </summary>
/// <remarks>
/// Steele, Lea and Flood, "Fast splittable pseudorandom number generators" (2014), in the form of Vigna's <c>splitmix64.c</c>. A mutable
/// struct: pass it by reference. Not for secrets.
/// </remarks>
internal struct SplitMix64
{
    private const ulong GoldenGamma = 0x9E3779B97F4A7C15;

    private ulong _state;

    /// <summary>The numbers of a seed and a place.</summary>
    /// <param name="seed">Any number.</param>
    /// <param name="place">Any numbers, most significant first; another place gives other numbers.</param>
    public SplitMix64(long seed, params ReadOnlySpan<long> place)
    {
        _state = (ulong)seed;
        foreach (long part in place)
        {
            _state = NextUInt64() ^ (ulong)part;
        }
    }

    public ulong NextUInt64()
    {
        ulong z = _state += GoldenGamma;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    /// <summary>A number in [0, 1), a multiple of 2^-53.</summary>
    public double NextDouble() => (NextUInt64() >> 11) * (1.0 / (1UL << 53));

    public double NextDouble(double from, double to) => from + ((to - from) * NextDouble());

    /// <summary>A whole number from 0 up to below <paramref name="end"/>, at least 1; the bias is below 2^-32.</summary>
    public int NextInt32(int end) => (int)Math.BigMul(NextUInt64(), (ulong)end, out _);

    /// <summary>Whether something of this probability, 0 to 1, happens.</summary>
    public bool NextBoolean(double probability) => NextDouble() < probability;

    /// <summary>A number of the standard normal distribution, by Box and Muller's transform.</summary>
    public double NextNormal() => Math.Sqrt(-2 * Math.Log(1 - NextDouble())) * Math.Cos(2 * Math.PI * NextDouble());

    /// <summary>Puts values in random order (Fisher and Yates).</summary>
    public void Shuffle<T>(Span<T> values)
    {
        for (int last = values.Length - 1; last > 0; last--)
        {
            int other = NextInt32(last + 1);
            (values[last], values[other]) = (values[other], values[last]);
        }
    }
}
