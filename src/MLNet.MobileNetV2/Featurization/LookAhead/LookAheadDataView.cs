using MLNet.MobileNetV2.Data;
using MLNet.MobileNetV2.Featurization.Columns;
using Microsoft.ML;

namespace MLNet.MobileNetV2.Featurization.LookAhead;

/// <summary>A view with a features column, whose cursors featurize ahead. As thread-safe as the view that it wraps.</summary>
internal sealed class LookAheadDataView : IDataView
{
    private readonly IDataView _source;
    private readonly FeaturizerColumns _columns;
    private readonly AddedColumn _features;
    private readonly FeaturizerRun _run;

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

/// <summary>Moves over rows whose features are not read.</summary>
internal sealed class PassingCursor(AddedColumn features, DataViewRowCursor source) : DelegatingCursor(source)
{
    public override DataViewSchema Schema => features.Schema;

    public override long Position => Source.Position;

    public override bool MoveNext() => Source.MoveNext();

    public override bool IsColumnActive(DataViewSchema.Column column) =>
        features.SourceOf(column) is { } passed && Source.IsColumnActive(passed);

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) =>
        features.SourceOf(column) is { } passed && Source.IsColumnActive(passed)
        ? Source.GetGetter<TValue>(passed)
        : throw new InvalidOperationException($"The column '{column.Name}' is not active in this cursor.");
}

/// <summary>
/// Where the columns of a schema with the features lie in the one without them. ML.NET puts a new column last, but one of a name that is
/// taken right behind the column that it hides. Immutable and thread-safe.
/// </summary>
internal sealed class AddedColumn
{
    private readonly DataViewSchema _source;

    public AddedColumn(DataViewSchema source, DataViewSchema schema, string name)
    {
        _source = source;
        Schema = schema;
        Index = schema[name].Index;
    }

    /// <summary>The schema with the features.</summary>
    public DataViewSchema Schema { get; }

    /// <summary>Index of the features in it.</summary>
    public int Index { get; }

    /// <summary>The source's column that a column passes on; null for the features.</summary>
    public DataViewSchema.Column? SourceOf(DataViewSchema.Column column) => column.Index.CompareTo(Index) switch
    {
        < 0 => _source[column.Index],
        0 => null,
        > 0 => _source[column.Index - 1],
    };
}
