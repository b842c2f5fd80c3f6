using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace MLNet.MobileNetV2.FineTuning.Gradients;

/// <summary>Takes rows apart into the first and second values of each pair, and joins them again.</summary>
internal static class Pairs
{
    private static Vector128<int> Crossed => Vector128.Create(0, 2, 1, 3);

    /// <summary>Takes a row apart; where its length is odd, the first values are one more.</summary>
    public static void Split(ReadOnlySpan<float> row, Span<float> first, Span<float> second)
    {
        ref float from = ref MemoryMarshal.GetReference(row);
        int pair = 0;
        for (; pair <= (row.Length / 2) - 4; pair += 4)
        {
            Vector128<float> a = Vector128.Shuffle(Vector128.LoadUnsafe(ref from, (nuint)(2 * pair)), Crossed);
            Vector128<float> b = Vector128.Shuffle(Vector128.LoadUnsafe(ref from, (nuint)((2 * pair) + 4)), Crossed);
            Vector128.Create(a.GetLower(), b.GetLower()).CopyTo(first[pair..]);
            Vector128.Create(a.GetUpper(), b.GetUpper()).CopyTo(second[pair..]);
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
        int pair = 0;
        for (; pair <= (row.Length / 2) - 4; pair += 4)
        {
            Vector128<float> a = Vector128.Create(first.Slice(pair, 4));
            Vector128<float> b = Vector128.Create(second.Slice(pair, 4));
            Vector128.Shuffle(Vector128.Create(a.GetLower(), b.GetLower()), Crossed).CopyTo(row[(2 * pair)..]);
            Vector128.Shuffle(Vector128.Create(a.GetUpper(), b.GetUpper()), Crossed).CopyTo(row[((2 * pair) + 4)..]);
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
