using Microsoft.ML;

namespace MLNet.MobileNetV2.Featurization.LookAhead;

/// <summary>
/// Where the columns of a schema with the features lie in the one without them. ML.NET puts a new column last, but one of a name that is taken right
/// behind the column that it hides. Immutable and thread-safe.
/// </summary>
internal sealed class AddedColumn
{
    private readonly DataViewSchema _source;

    /// <summary>Finds the new column.</summary>
    /// <param name="source">The schema without the features.</param>
    /// <param name="schema">The schema with them.</param>
    /// <param name="name">Name of the new column.</param>
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
