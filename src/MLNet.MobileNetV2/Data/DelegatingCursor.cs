using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.MobileNetV2.Data;

/// <summary>A cursor that hands out the columns of another one, which it disposes.</summary>
internal abstract class DelegatingCursor(DataViewRowCursor source) : DataViewRowCursor
{
    private bool _disposed;

    public override DataViewSchema Schema => Source.Schema;

    public override long Batch => Source.Batch;

    protected DataViewRowCursor Source { get; } = source;

    public override bool IsColumnActive(DataViewSchema.Column column) => Source.IsColumnActive(column);

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) => Source.GetGetter<TValue>(column);

    public override ValueGetter<DataViewRowId> GetIdGetter() => Source.GetIdGetter();

    protected override void Dispose(bool disposing)
    {
        if (disposing && !_disposed)
        {
            _disposed = true;
            Source.Dispose();
        }

        base.Dispose(disposing);
    }
}
