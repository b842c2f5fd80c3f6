using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;

namespace MLNet.MobileNetV2.Featurization.Columns;

/// <summary>Finds out in which form a column holds images, and says clearly when it holds none.</summary>
internal static class ImageColumn
{
    private const string Allowed =
        "a file path (text), an unsized MLImage, the bytes of an encoded image (Vector<Byte>) or pixels (Vector<Single> of "
        + "3 x size x size)";

    public static ImageColumnKind KindOf(DataViewSchema schema, string name)
    {
        DataViewType type = (schema.GetColumnOrNull(name) ?? throw Missing(name, schema.Select(other => other.Name))).Type;
        return type is VectorDataViewType vector
            ? KindOf(name, vector.ItemType, isVector: true, vector.IsKnownSize, type.ToString()!)
            : KindOf(name, type, isVector: false, isKnownSize: true, type.ToString()!);
    }

    /// <summary>The kind of a column of photos: images of which the size is known.</summary>
    /// <exception cref="ArgumentException">It is missing, or holds no such images.</exception>
    public static ImageColumnKind PhotoKindOf(DataViewSchema schema, string name) => RefusePixels(KindOf(schema, name), name);

    /// <inheritdoc cref="PhotoKindOf(DataViewSchema, string)"/>
    public static ImageColumnKind PhotoKindOf(SchemaShape schema, string name) => RefusePixels(KindOf(schema, name), name);

    /// <summary>Checks that the image column is of the kind for which a featurizer was fitted.</summary>
    /// <exception cref="ArgumentException">It is missing, or of another kind.</exception>
    public static void CheckKind(DataViewSchema schema, FeaturizerColumns columns)
    {
        if (KindOf(schema, columns.Input) != columns.Kind)
        {
            throw new ArgumentException(
                $"The image column '{columns.Input}' is of type {schema[columns.Input].Type}; "
                + $"this model was fitted on {columns.Kind.Description}, and takes nothing else there. "
                + "Give it that, or fit a model on data like these.");
        }
    }

    public static ImageColumnKind KindOf(SchemaShape schema, string name)
    {
        SchemaShape.Column column = schema.FirstOrDefault(other => other.Name == name);
        if (column.Name is null)
        {
            throw Missing(name, schema.Select(other => other.Name));
        }

        return KindOf(
            name,
            column.ItemType,
            column.Kind != SchemaShape.Column.VectorKind.Scalar,
            column.Kind != SchemaShape.Column.VectorKind.VariableVector,
            $"{column.Kind} of {column.ItemType}");
    }

    /// <summary>Checks that a pixel vector has as many values as the network's input.</summary>
    public static void CheckPixels(DataViewSchema schema, string name, int size)
    {
        int expected = 3 * size * size;
        if (schema[name].Type is VectorDataViewType { Size: int found } && found != expected)
        {
            throw new ArgumentException(
                $"The pixel column '{name}' has {found} values a row; the network needs {expected} (3 x {size} x {size}). "
                + $"Resize the images to {size} x {size} before ExtractPixels.");
        }
    }

    private static ImageColumnKind RefusePixels(ImageColumnKind kind, string name) => kind != ImageColumnKind.Pixels
        ? kind
        : throw new ArgumentException(
            $"The image column '{name}' holds {kind.Description}, which do not say how large the photo was; "
            + "a file path (text), an unsized MLImage or the bytes of an encoded image (Vector<Byte>) is allowed.");

    private static ImageColumnKind KindOf(string name, DataViewType item, bool isVector, bool isKnownSize, string found) => item switch
    {
        TextDataViewType when !isVector => ImageColumnKind.Path,
        ImageDataViewType { Width: 0, Height: 0 } when !isVector => ImageColumnKind.Image,
        ImageDataViewType sized when !isVector => throw Sized(name, sized.ToString()!),
        NumberDataViewType when isVector && item == NumberDataViewType.Byte => ImageColumnKind.Encoded,
        NumberDataViewType when isVector && isKnownSize && item == NumberDataViewType.Single => ImageColumnKind.Pixels,
        _ => throw Unsupported(name, found),
    };

    private static ArgumentException Missing(string name, IEnumerable<string> columns) =>
        new($"The image column '{name}' is not in the data, which has: {string.Join(", ", columns)}.");

    private static ArgumentException Sized(string name, string found) =>
        new($"The image column '{name}' is of type {found}, with a fixed size. The featurizer resizes and crops by itself: "
            + "leave out ResizeImages before it and pass the unsized image, its path or its bytes.");

    private static ArgumentException Unsupported(string name, string found) =>
        new($"The image column '{name}' is of type {found}; it must be {Allowed}.");
}
