using Microsoft.ML;

namespace MLNet.MobileNetV2.Data;

/// <summary>
/// Moves over the chosen rows of another cursor, which it disposes, and checks that this has as many rows as at the split, where they are
/// known.
/// </summary>
internal sealed class RowSubsetCursor(DataViewRowCursor source, long[] rows, long? sourceRowCount) : DelegatingCursor(source)
{
    private long _sourceRow = -1;
    private int _next;
    private bool _hasEnded;

    /// <summary>The number of the row within the subset; -1 before the first row and after the last.</summary>
    public override long Position => _sourceRow < 0 ? -1 : _next - 1;

    public override bool MoveNext()
    {
        if (_next == rows.Length)
        {
            CheckRest();
            _hasEnded = true;
            _sourceRow = -1;
            return false;
        }

        long wanted = rows[_next];
        while (_sourceRow < wanted)
        {
            if (!Source.MoveNext())
            {
                throw Changed(_sourceRow + 1);
            }

            _sourceRow++;
        }

        _next++;
        return true;
    }

    // One row more, sorted early, moves all that follow: rows that were held out would be trained on.
    private void CheckRest()
    {
        if (_hasEnded || rows.Length == 0 || sourceRowCount is not { } expected)
        {
            return;
        }

        while (Source.MoveNext())
        {
            _sourceRow++;
        }

        if (_sourceRow + 1 != expected)
        {
            throw Changed(_sourceRow + 1);
        }
    }

    private InvalidOperationException Changed(long count) => new(
        $"The data has {count} rows now, but had {(sourceRowCount is { } known ? $"{known}" : $"at least {rows[^1] + 1}")} when it was "
            + "split. A split needs the same rows in the same order on every pass.");
}
