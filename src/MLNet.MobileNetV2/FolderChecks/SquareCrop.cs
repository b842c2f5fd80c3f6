namespace MLNet.MobileNetV2.FolderChecks;

/// <summary>Enlarges a part of a square picture to its size, bilinear. Immutable and thread-safe.</summary>
internal sealed class SquareCrop
{
    private readonly int _picture;
    private readonly (double Left, double Top, double Side) _part;
    private readonly (int Low, int High, float Share)[] _rows;
    private readonly (int Low, int High, float Share)[] _columns;

    /// <summary>A part of pictures.</summary>
    /// <param name="picture">Rows, and columns, of the pictures.</param>
    /// <param name="left">Where the part begins, as a fraction of the picture.</param>
    /// <param name="top">Where it begins, from above.</param>
    /// <param name="side">Its side.</param>
    public SquareCrop(int picture, double left, double top, double side)
    {
        _picture = picture;
        _part = (left, top, side);
        _rows = [.. Enumerable.Range(0, picture).Select(y => Place(top, side, y))];
        _columns = [.. Enumerable.Range(0, picture).Select(x => Place(left, side, x))];
    }

    /// <summary>The same part of pictures of another size.</summary>
    public SquareCrop(int picture, SquareCrop other)
        : this(picture, other._part.Left, other._part.Top, other._part.Side)
    {
    }

    /// <summary>Writes the enlarged part.</summary>
    public void Of(ReadOnlySpan<float> picture, Span<float> part)
    {
        for (int y = 0; y < _picture; y++)
        {
            (int y0, int y1, float ys) = _rows[y];
            ReadOnlySpan<float> upper = picture.Slice(y0 * _picture, _picture);
            ReadOnlySpan<float> lower = picture.Slice(y1 * _picture, _picture);
            Span<float> row = part.Slice(y * _picture, _picture);
            for (int x = 0; x < row.Length; x++)
            {
                (int x0, int x1, float xs) = _columns[x];
                row[x] = float.Lerp(float.Lerp(upper[x0], upper[x1], xs), float.Lerp(lower[x0], lower[x1], xs), ys);
            }
        }
    }

    private (int Low, int High, float Share) Place(double start, double side, int index)
    {
        double place = Math.Clamp(((start + ((index + 0.5) / _picture * side)) * _picture) - 0.5, 0, _picture - 1);
        int low = (int)place;
        return (low, Math.Min(low + 1, _picture - 1), (float)(place - low));
    }
}
