using Microsoft.ML;

namespace MLNet.MobileNetV2.Data;

/// <summary>The chosen rows of another view, in that view's order, with the same schema, values and row ids.</summary>
/// <remarks>
/// Rows are chosen by number, so the source must give the same rows in the same order on every pass; it is never asked to shuffle. That
/// their number stayed the same is checked at the end of every pass.
/// ML.NET shuffles the subset, like any view that cannot do so itself, through a pool of rows. As thread-safe as the source.
/// </remarks>
/// <param name="source">The view.</param>
/// <param name="rows">The numbers of the rows from 0, ascending, none twice. Kept, not copied.</param>
/// <param name="sourceRowCount">How many rows the view has; null where that is not known.</param>
internal sealed class RowSubsetDataView(IDataView source, long[] rows, long? sourceRowCount = null) : IDataView
{
    public DataViewSchema Schema => source.Schema;

    public bool CanShuffle => false;

    public long? GetRowCount() => rows.Length;

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null) =>
        new RowSubsetCursor(source.GetRowCursor(columnsNeeded), rows, sourceRowCount);

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) =>
        [GetRowCursor(columnsNeeded, rand)];
}

/// <summary>Moves over the chosen rows of another cursor, which it disposes, and checks that the source's row count is the same.</summary>
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
