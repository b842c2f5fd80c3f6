using System.Numerics;

namespace MLNet.MobileNetV2.FolderChecks;

/// <summary>
/// A picture in 64 bits, each of which says whether a cell is lighter than the one to its right (difference hash): pictures that look alike
/// differ in few of them.
/// </summary>
internal static class DifferenceHash
{
    private const int Cells = 8;

    // Less is noise: on a plain ground it would decide the bits.
    private const double LeastStep = 1.5;

    /// <summary>The hashes of a square picture in its eight orientations.</summary>
    public static ulong[] OfOrientations(byte[] grey, int side) =>
        [.. Enumerable.Range(0, Orientation.Count).Select(turn => Of(Orientation.Turn(grey, side, turn), side))];

    /// <summary>The bits in which two hashes differ.</summary>
    public static int Distance(ulong first, ulong second) => BitOperations.PopCount(first ^ second);

    private static ulong Of(byte[] grey, int side)
    {
        ulong hash = 0;
        for (int row = 0; row < Cells; row++)
        {
            for (int column = 0; column < Cells; column++)
            {
                bool isLighter = Light(grey, side, row, column) > Light(grey, side, row, column + 1) + LeastStep;
                hash = (hash << 1) | (isLighter ? 1UL : 0);
            }
        }

        return hash;
    }

    // Nine columns of cells, of which eight pairs are neighbours.
    private static double Light(byte[] grey, int side, int row, int column)
    {
        (int top, int bottom) = (row * side / Cells, (row + 1) * side / Cells);
        (int left, int right) = (column * side / (Cells + 1), (column + 1) * side / (Cells + 1));
        double sum = 0;
        for (int y = top; y < bottom; y++)
        {
            for (int x = left; x < right; x++)
            {
                sum += grey[(y * side) + x];
            }
        }

        return sum / ((bottom - top) * (right - left));
    }
}
