using Microsoft.ML;

namespace MLNet.MobileNetV2.Featurization;

/// <summary>A view whose cursors name the picture that they fail on. As thread-safe as the view that it wraps.</summary>
internal sealed class FeaturizedDataView(IDataView source) : IDataView
{
    public DataViewSchema Schema => source.Schema;

    public bool CanShuffle => source.CanShuffle;

    public long? GetRowCount() => source.GetRowCount();

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null) =>
        new FeaturizedCursor(source.GetRowCursor(columnsNeeded, rand));

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) =>
        Array.ConvertAll<DataViewRowCursor, DataViewRowCursor>(
            source.GetRowCursorSet(columnsNeeded, n, rand), cursor => new FeaturizedCursor(cursor));
}
