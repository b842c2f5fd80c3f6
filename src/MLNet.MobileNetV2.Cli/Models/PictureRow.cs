using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.MobileNetV2.Cli.Models;

/// <summary>One picture as a row of a model's input: its path is the one value that can be read. Not thread-safe.</summary>
internal sealed class PictureRow : DataViewRow
{
    private const string ImagePath = "ImagePath";
    private const string Label = "Label";

    private ReadOnlyMemory<char> _path;
    private long _position = -1;

    /// <summary>Makes a row with the columns that a model was saved with.</summary>
    /// <param name="saved">Those columns; null where the model does not tell them.</param>
    public PictureRow(DataViewSchema? saved)
    {
        var schema = new DataViewSchema.Builder();
        foreach (DataViewSchema.Column column in (saved ?? Enumerable.Empty<DataViewSchema.Column>())
            .Where(column => !column.IsHidden && column.Name != ImagePath))
        {
            schema.AddColumn(column.Name, column.Type, column.Annotations);
        }

        if (saved?.GetColumnOrNull(Label) is null)
        {
            schema.AddColumn(Label, TextDataViewType.Instance);
        }

        schema.AddColumn(ImagePath, TextDataViewType.Instance);
        Schema = schema.ToSchema();
    }

    public override DataViewSchema Schema { get; }

    public override long Position => _position;

    public override long Batch => 0;

    /// <summary>Becomes the row of another picture.</summary>
    public void MoveTo(string path)
    {
        _path = path.AsMemory();
        _position++;
    }

    /// <summary>Tells whether a column is the picture's path.</summary>
    public override bool IsColumnActive(DataViewSchema.Column column) => column.Name == ImagePath;

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
    {
        ValueGetter<ReadOnlyMemory<char>> getPath = (ref ReadOnlyMemory<char> path) => path = _path;
        return IsColumnActive(column) && getPath is ValueGetter<TValue> getter
            ? getter
            : throw new InvalidOperationException($"a picture has no value of the type {typeof(TValue).Name} for the column '{column.Name}'.");
    }

    public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId id) => id = new((ulong)_position, 0);
}
