using Microsoft.ML;
using MLNet.MobileNetV2.Data;

namespace MLNet.MobileNetV2.Tests.FeatureCache;

/// <summary>Another view, and how many of its cursors are not disposed.</summary>
internal sealed class OpenedView(IDataView source) : IDataView
{
    /// <summary>How many cursors are open.</summary>
    public int OpenCount { get; private set; }

    public DataViewSchema Schema => source.Schema;

    public bool CanShuffle => false;

    public long? GetRowCount() => source.GetRowCount();

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
    {
        OpenCount++;
        return new OpenedCursor(source.GetRowCursor(columnsNeeded), () => OpenCount--);
    }

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) =>
        [GetRowCursor(columnsNeeded)];

    private sealed class OpenedCursor(DataViewRowCursor source, Action closed) : DelegatingCursor(source)
    {
        public override long Position => Source.Position;

        public override bool MoveNext() => Source.MoveNext();

        protected override void Dispose(bool disposing)
        {
            base.Dispose(disposing);
            closed();
        }
    }
}
