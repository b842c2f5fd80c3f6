using Microsoft.ML;

namespace MLNet.MobileNetV2.Data;

/// <summary>The chosen rows of another view, in that view's order, with the same schema, values and row ids.</summary>
/// <remarks>
/// Rows are chosen by number, so the source must give the same rows in the same order on every pass; it is never asked to shuffle. That
/// their number stayed the same is checked at the end of every pass.
/// ML.NET shuffles the subset, like any view that cannot do so itself, through a pool of rows. As thread-safe as the source.
/// </remarks>
internal sealed class RowSubsetDataView : IDataView
{
    private readonly IDataView _source;
    private readonly long[] _rows;
    private readonly long? _sourceRowCount;

    /// <summary>Chooses rows of a view.</summary>
    /// <param name="source">The view.</param>
    /// <param name="rows">Their numbers from 0, ascending, none twice. Kept, not copied.</param>
    /// <param name="sourceRowCount">How many rows the view has; null where that is not known.</param>
    public RowSubsetDataView(IDataView source, long[] rows, long? sourceRowCount = null)
    {
        _source = source;
        _rows = rows;
        _sourceRowCount = sourceRowCount;
    }

    public DataViewSchema Schema => _source.Schema;

    public bool CanShuffle => false;

    public long? GetRowCount() => _rows.Length;

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null) =>
        new RowSubsetCursor(_source.GetRowCursor(columnsNeeded), _rows, _sourceRowCount);

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) =>
        [GetRowCursor(columnsNeeded, rand)];
}
