using MLNet.MobileNetV2.Featurization.Columns;
using MLNet.MobileNetV2.FineTuning.Views;
using Microsoft.ML;

namespace MLNet.MobileNetV2.FineTuning.Training;

/// <summary>Reads an image column as sources, from which views are made.</summary>
internal static class ImageSourceColumn
{
    /// <summary>Finds the column.</summary>
    /// <exception cref="ArgumentException">It is missing or of a type that cannot be trained on.</exception>
    public static DataViewSchema.Column Find(DataViewSchema schema, string name) =>
        ImageColumn.KindOf(schema, name) == ImageColumnKind.Pixels ? throw Pixels(name) : schema[name];

    /// <summary>Checks the shape of a pipeline's data.</summary>
    /// <exception cref="ArgumentException">The column is missing or of a type that cannot be trained on.</exception>
    public static void Check(SchemaShape shape, string name)
    {
        if (ImageColumn.KindOf(shape, name) == ImageColumnKind.Pixels)
        {
            throw Pixels(name);
        }
    }

    /// <summary>Reads the images of data; none is opened.</summary>
    public static List<ImageSource> Read(IDataView data, DataViewSchema.Column image, FeatureDistillationOptions options)
    {
        var sources = new List<ImageSource>();
        using DataViewRowCursor cursor = data.GetRowCursor([image]);
        Func<ImageSource?> read = Reader(cursor, image, options.OnBadImage, options.BadImageFound);
        while (cursor.MoveNext())
        {
            options.CancellationToken.ThrowIfCancellationRequested();
            if (read() is { } source)
            {
                sources.Add(source);
            }
        }

        return sources;
    }

    /// <summary>Reads the image of a cursor's row; null for a bad one that is left out.</summary>
    /// <param name="cursor">The cursor.</param>
    /// <param name="image">The column.</param>
    /// <param name="handling">Whether a bad image throws.</param>
    /// <param name="found">Called for each one that is left out; null for none.</param>
    public static Func<ImageSource?> Reader(
        DataViewRowCursor cursor, DataViewSchema.Column image, BadImageHandling handling, Action<BadImage>? found)
    {
        Func<ImageSource> read = Reader(cursor, image);
        return () =>
        {
            try
            {
                return read();
            }
            catch (BadImageException error) when (handling == BadImageHandling.MissingFeatures)
            {
                found?.Invoke(new BadImage(error.Path, error.Reason));
                return null;
            }
        };
    }

    private static Func<ImageSource> Reader(DataViewRowCursor cursor, DataViewSchema.Column image)
    {
        Func<IImageRow> read = ImageColumn.KindOf(cursor.Schema, image.Name).Reader(cursor, image);
        return () => read() switch
        {
            PathRow row => ImageSource.FromFile(row.Source.ToString()),
            EncodedRow row => ImageSource.FromEncoded(EncodedRow.Dense(row.Source).ToArray()),

            // Who made the image disposes it: LoadImages that of the row before, a list's owner its own.
            ImageRow row => ImageSource.FromImage(row.Source),
            _ => throw Pixels(image.Name),
        };
    }

    private static ArgumentException Pixels(string name) => new(
        $"The image column '{name}' holds pixels; training makes views of images: it needs a column of paths, encoded images or images.");
}
