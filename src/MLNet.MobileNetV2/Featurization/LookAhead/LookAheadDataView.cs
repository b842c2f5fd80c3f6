using Microsoft.ML;
using MLNet.MobileNetV2.Featurization.Columns;

namespace MLNet.MobileNetV2.Featurization.LookAhead;

/// <summary>A view with a features column, whose cursors featurize ahead. As thread-safe as the view that it wraps.</summary>
internal sealed class LookAheadDataView : IDataView
{
    private readonly IDataView _source;
    private readonly FeaturizerColumns _columns;
    private readonly AddedColumn _features;
    private readonly FeaturizerRun _run;

    /// <summary>Adds the features to a view.</summary>
    /// <param name="source">The view with the image column.</param>
    /// <param name="schema">Its schema with the features, as ML.NET adds a column.</param>
    /// <param name="columns">The featurizer's columns.</param>
    /// <param name="run">What featurizes.</param>
    public LookAheadDataView(IDataView source, DataViewSchema schema, FeaturizerColumns columns, FeaturizerRun run)
    {
        _source = source;
        _columns = columns;
        _features = new AddedColumn(source.Schema, schema, columns.Output);
        _run = run;
    }

    public DataViewSchema Schema => _features.Schema;

    public bool CanShuffle => _source.CanShuffle;

    public long? GetRowCount() => _source.GetRowCount();

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
    {
        DataViewSchema.Column[] needed = [.. columnsNeeded];
        DataViewSchema.Column[] passedOn = [.. needed.Select(_features.SourceOf).OfType<DataViewSchema.Column>()];
        if (passedOn.Length == needed.Length)
        {
            return new PassingCursor(_features, _source.GetRowCursor(passedOn, rand));
        }

        DataViewSchema.Column image = _source.Schema[_columns.Input];
        DataViewRowCursor source = _source.GetRowCursor(passedOn.Append(image), rand);
        try
        {
            return new LookAheadCursor(_features, source, passedOn, image, _columns.Kind, _run);
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
