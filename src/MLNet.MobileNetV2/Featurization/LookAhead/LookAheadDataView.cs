using Microsoft.ML;

namespace MLNet.MobileNetV2.Featurization.LookAhead;

/// <summary>A view with a features column, whose cursors featurize ahead. As thread-safe as the view that it wraps.</summary>
internal sealed class LookAheadDataView : IDataView
{
    private readonly IDataView _source;
    private readonly FeaturizerColumns _columns;
    private readonly FeaturizerRun _run;

    /// <summary>Adds the features to a view.</summary>
    /// <param name="source">The view with the image column.</param>
    /// <param name="schema">Its schema with the features after its own columns.</param>
    /// <param name="columns">The featurizer's columns.</param>
    /// <param name="run">What featurizes.</param>
    public LookAheadDataView(IDataView source, DataViewSchema schema, FeaturizerColumns columns, FeaturizerRun run)
    {
        _source = source;
        _columns = columns;
        _run = run;
        Schema = schema;
    }

    public DataViewSchema Schema { get; }

    public bool CanShuffle => _source.CanShuffle;

    public long? GetRowCount() => _source.GetRowCount();

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
    {
        DataViewSchema.Column[] needed = [.. columnsNeeded];
        int features = _source.Schema.Count;
        DataViewSchema.Column[] passedOn = [.. needed.Where(column => column.Index < features).Select(column => _source.Schema[column.Index])];
        if (passedOn.Length == needed.Length)
        {
            return new PassingCursor(Schema, _source.GetRowCursor(passedOn, rand));
        }

        DataViewSchema.Column image = _source.Schema[_columns.Input];
        DataViewRowCursor source = _source.GetRowCursor(passedOn.Append(image), rand);
        try
        {
            return new LookAheadCursor(Schema, source, passedOn, image, _columns.Kind, features, _run);
        }
        catch
        {
            source.Dispose();
            throw;
        }
    }

    // One cursor keeps every core busy; a set of them would have as many workers each.
    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) =>
        [GetRowCursor(columnsNeeded, rand)];
}
