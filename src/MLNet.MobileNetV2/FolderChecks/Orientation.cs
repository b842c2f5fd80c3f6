namespace MLNet.MobileNetV2.FolderChecks;

/// <summary>The eight ways in which a square can lie: four quarter turns, and the mirror images of these.</summary>
internal static class Orientation
{
    public const int Count = 8;

    private const int Mirrored = 4;

    /// <summary>Whether an orientation is the mirror image alone.</summary>
    public static bool IsMirror(int orientation) => orientation == Mirrored;

    /// <summary>Turns a square: 0 leaves it, 1 to 3 are quarter turns, 4 to 7 the mirror images of these.</summary>
    public static T[] Turn<T>(T[] square, int side, int orientation)
    {
        var turned = new T[square.Length];
        for (int y = 0; y < side; y++)
        {
            for (int x = 0; x < side; x++)
            {
                (int fromX, int fromY) = (orientation % Mirrored) switch
                {
                    0 => (x, y),
                    1 => (y, side - 1 - x),
                    2 => (side - 1 - x, side - 1 - y),
                    _ => (side - 1 - y, x),
                };
                fromX = orientation >= Mirrored ? side - 1 - fromX : fromX;
                turned[(y * side) + x] = square[(fromY * side) + fromX];
            }
        }

        return turned;
    }
}
