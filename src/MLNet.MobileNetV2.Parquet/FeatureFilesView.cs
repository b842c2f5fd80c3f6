using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.MobileNetV2.Featurization.Columns;

namespace MLNet.MobileNetV2.Parquet;

/// <summary>
/// Feature files as data: ImagePath and Label (text; empty where there is none) and Features, a row an image, in the order of the files.
/// Reads a row group at a time, and of it the columns that are asked for. Thread-safe.
/// </summary>
internal sealed class FeatureFilesView : IDataView
{
    public FeatureFilesView(FeatureFileSet files)
    {
        Files = files;
        var schema = new DataViewSchema.Builder();
        schema.AddColumn("ImagePath", TextDataViewType.Instance);
        schema.AddColumn("Label", TextDataViewType.Instance);
        schema.AddColumn("Features", FeaturizerSchema.FeaturesType(files.Origin.Shape));
        Schema = schema.ToSchema();
    }

    public DataViewSchema Schema { get; }

    public FeatureFileSet Files { get; }

    public bool CanShuffle => false;

    public long? GetRowCount() => Files.RowCount;

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null) =>
        new FeatureFilesCursor(Schema, Files, [.. columnsNeeded.Select(column => column.Index)]);

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) =>
        [GetRowCursor(columnsNeeded, rand)];
}
