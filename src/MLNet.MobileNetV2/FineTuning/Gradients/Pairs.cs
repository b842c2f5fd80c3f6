using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace MLNet.MobileNetV2.FineTuning.Gradients;

/// <summary>Takes rows apart into the first and second values of each pair, and joins them again.</summary>
internal static class Pairs
{
    private static bool HasVectors => Sse.IsSupported || AdvSimd.Arm64.IsSupported;

    /// <summary>Takes a row apart; where its length is odd, the first values are one more.</summary>
    public static void Split(ReadOnlySpan<float> row, Span<float> first, Span<float> second)
    {
        ref float from = ref MemoryMarshal.GetReference(row);
        ref float one = ref MemoryMarshal.GetReference(first[..((row.Length + 1) / 2)]);
        ref float two = ref MemoryMarshal.GetReference(second[..(row.Length / 2)]);
        int pair = 0;
        for (; HasVectors && pair <= (row.Length / 2) - 4; pair += 4)
        {
            Vector128<float> a = Vector128.LoadUnsafe(ref from, (nuint)(2 * pair));
            Vector128<float> b = Vector128.LoadUnsafe(ref from, (nuint)((2 * pair) + 4));
            (Sse.IsSupported ? Sse.Shuffle(a, b, 0b10_00_10_00) : AdvSimd.Arm64.UnzipEven(a, b)).StoreUnsafe(ref one, (nuint)pair);
            (Sse.IsSupported ? Sse.Shuffle(a, b, 0b11_01_11_01) : AdvSimd.Arm64.UnzipOdd(a, b)).StoreUnsafe(ref two, (nuint)pair);
        }

        for (; pair < row.Length / 2; pair++)
        {
            first[pair] = row[2 * pair];
            second[pair] = row[(2 * pair) + 1];
        }

        if (row.Length % 2 != 0)
        {
            first[pair] = row[^1];
        }
    }

    /// <summary>Joins what <see cref="Split"/> takes apart.</summary>
    public static void Join(ReadOnlySpan<float> first, ReadOnlySpan<float> second, Span<float> row)
    {
        ref float one = ref MemoryMarshal.GetReference(first[..((row.Length + 1) / 2)]);
        ref float two = ref MemoryMarshal.GetReference(second[..(row.Length / 2)]);
        ref float to = ref MemoryMarshal.GetReference(row);
        int pair = 0;
        for (; HasVectors && pair <= (row.Length / 2) - 4; pair += 4)
        {
            Vector128<float> a = Vector128.LoadUnsafe(ref one, (nuint)pair);
            Vector128<float> b = Vector128.LoadUnsafe(ref two, (nuint)pair);
            (Sse.IsSupported ? Sse.UnpackLow(a, b) : AdvSimd.Arm64.ZipLow(a, b)).StoreUnsafe(ref to, (nuint)(2 * pair));
            (Sse.IsSupported ? Sse.UnpackHigh(a, b) : AdvSimd.Arm64.ZipHigh(a, b)).StoreUnsafe(ref to, (nuint)((2 * pair) + 4));
        }

        for (; pair < row.Length / 2; pair++)
        {
            row[2 * pair] = first[pair];
            row[(2 * pair) + 1] = second[pair];
        }

        if (row.Length % 2 != 0)
        {
            row[^1] = first[pair];
        }
    }
}
