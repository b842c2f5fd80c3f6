using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace MLNet.MobileNetV2.FineTuning.Gradients;

/// <summary>Takes rows apart into the first and second values of each pair, and joins them again.</summary>
internal static class Pairs
{
    private const int VectorPairs = 4;

    /// <summary>Takes a row apart; where its length is odd, the first values are one more.</summary>
    public static void Split(ReadOnlySpan<float> row, Span<float> first, Span<float> second)
    {
        ref float from = ref MemoryMarshal.GetReference(row);
        ref float one = ref MemoryMarshal.GetReference(first[..((row.Length + 1) / 2)]);
        ref float two = ref MemoryMarshal.GetReference(second[..(row.Length / 2)]);
        int pair = 0;
        for (; Vector256.IsHardwareAccelerated && pair <= (row.Length / 2) - VectorPairs; pair += VectorPairs)
        {
            Vector256<float> parts = Vector256.Shuffle(
                Vector256.LoadUnsafe(ref from, (nuint)(2 * pair)), Vector256.Create(0, 2, 4, 6, 1, 3, 5, 7));
            parts.GetLower().StoreUnsafe(ref one, (nuint)pair);
            parts.GetUpper().StoreUnsafe(ref two, (nuint)pair);
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
        for (; Vector256.IsHardwareAccelerated && pair <= (row.Length / 2) - VectorPairs; pair += VectorPairs)
        {
            Vector256<float> parts = Vector256.Create(
                Vector128.LoadUnsafe(ref one, (nuint)pair), Vector128.LoadUnsafe(ref two, (nuint)pair));
            Vector256.Shuffle(parts, Vector256.Create(0, 4, 1, 5, 2, 6, 3, 7)).StoreUnsafe(ref to, (nuint)(2 * pair));
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
