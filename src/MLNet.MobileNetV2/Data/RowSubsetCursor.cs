using Microsoft.ML;

namespace MLNet.MobileNetV2.Data;

/// <summary>Moves over the chosen rows of another cursor, which it disposes.</summary>
internal sealed class RowSubsetCursor(DataViewRowCursor source, long[] rows) : DelegatingCursor(source)
{
    private long _sourceRow = -1;
    private int _next;

    /// <summary>The number of the row within the subset; -1 before the first row and after the last.</summary>
    public override long Position => _sourceRow < 0 ? -1 : _next - 1;

    public override bool MoveNext()
    {
        if (_next == rows.Length)
        {
            _sourceRow = -1;
            return false;
        }

        long wanted = rows[_next];
        while (_sourceRow < wanted)
        {
            if (!Source.MoveNext())
            {
                throw new InvalidOperationException(
                    $"The data has {_sourceRow + 1} rows now, but had at least {rows[^1] + 1} when it was split. "
                    + "A split needs the same rows in the same order on every pass.");
            }

            _sourceRow++;
        }

        _next++;
        return true;
    }
}
