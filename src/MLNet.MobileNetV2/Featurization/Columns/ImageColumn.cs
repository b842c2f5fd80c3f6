using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;

namespace MLNet.MobileNetV2.Featurization.Columns;

/// <summary>Finds out in which form a column holds pictures, and says clearly when it holds none.</summary>
internal static class ImageColumn
{
    private const string Allowed =
        "a file path (text), an unsized MLImage, the bytes of an encoded picture (Vector<Byte>) or pixels (Vector<Single> of 3 x size x size)";

    public static ImageColumnKind KindOf(DataViewSchema schema, string name)
    {
        DataViewSchema.Column column = schema.GetColumnOrNull(name) ?? throw Missing(name, schema.Select(other => other.Name));
        return column.Type switch
        {
            TextDataViewType => ImageColumnKind.Path,
            ImageDataViewType { Width: 0, Height: 0 } => ImageColumnKind.Image,
            ImageDataViewType sized => throw Sized(name, sized.ToString()!),
            VectorDataViewType { ItemType: NumberDataViewType item } when item == NumberDataViewType.Byte => ImageColumnKind.Encoded,
            VectorDataViewType { ItemType: NumberDataViewType item, IsKnownSize: true } when item == NumberDataViewType.Single => ImageColumnKind.Pixels,
            DataViewType other => throw Unsupported(name, other.ToString()!),
        };
    }

    /// <summary>Checks that the image column is of the kind for which a featurizer was fitted.</summary>
    /// <exception cref="ArgumentException">It is missing, or of another kind.</exception>
    public static void CheckKind(DataViewSchema schema, FeaturizerColumns columns)
    {
        if (KindOf(schema, columns.Input) != columns.Kind)
        {
            throw new ArgumentException(
                $"The image column '{columns.Input}' is of type {schema[columns.Input].Type}; this model was fitted on {Describe(columns.Kind)}, "
                + "and takes nothing else there. Give it that, or fit a model on data like these.");
        }
    }

    public static ImageColumnKind KindOf(SchemaShape schema, string name)
    {
        SchemaShape.Column column = schema.FirstOrDefault(other => other.Name == name);
        if (column.Name is null)
        {
            throw Missing(name, schema.Select(other => other.Name));
        }

        bool isScalar = column.Kind == SchemaShape.Column.VectorKind.Scalar;
        return column.ItemType switch
        {
            TextDataViewType when isScalar => ImageColumnKind.Path,
            ImageDataViewType { Width: 0, Height: 0 } when isScalar => ImageColumnKind.Image,
            ImageDataViewType sized when isScalar => throw Sized(name, sized.ToString()!),
            NumberDataViewType item when item == NumberDataViewType.Byte && !isScalar => ImageColumnKind.Encoded,
            NumberDataViewType item when item == NumberDataViewType.Single && column.Kind == SchemaShape.Column.VectorKind.Vector => ImageColumnKind.Pixels,
            DataViewType other => throw Unsupported(name, $"{column.Kind} of {other}"),
        };
    }

    /// <summary>Checks that a pixel vector has as many values as the network's input.</summary>
    public static void CheckPixels(DataViewSchema schema, string name, int size)
    {
        int expected = 3 * size * size;
        if (schema[name].Type is VectorDataViewType { Size: int found } && found != expected)
        {
            throw new ArgumentException(
                $"The pixel column '{name}' has {found} values a row; the network needs {expected} (3 x {size} x {size}). "
                + $"Resize the pictures to {size} x {size} before ExtractPixels.");
        }
    }

    private static string Describe(ImageColumnKind kind) => kind switch
    {
        ImageColumnKind.Path => "file paths (text)",
        ImageColumnKind.Image => "unsized images (MLImage)",
        ImageColumnKind.Encoded => "the bytes of encoded pictures (Vector<Byte>)",
        _ => "pixels (Vector<Single>)",
    };

    private static ArgumentException Missing(string name, IEnumerable<string> columns) =>
        new($"The image column '{name}' is not in the data, which has: {string.Join(", ", columns)}.");

    private static ArgumentException Sized(string name, string found) =>
        new($"The image column '{name}' is of type {found}, with a fixed size. The featurizer resizes and crops by itself: "
            + "leave out ResizeImages before it and pass the unsized image, its path or its bytes.");

    private static ArgumentException Unsupported(string name, string found) =>
        new($"The image column '{name}' is of type {found}; it must be {Allowed}.");
}
