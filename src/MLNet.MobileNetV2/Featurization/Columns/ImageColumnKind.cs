using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.MobileNetV2.Featurization.Columns;

/// <summary>A form in which a column can hold images, and all that depends on it. Immutable.</summary>
internal abstract class ImageColumnKind
{
    /// <summary>Text: a file path a row.</summary>
    public static ImageColumnKind Path { get; } = new PathKind();

    /// <summary>An unsized <c>MLImage</c>.</summary>
    public static ImageColumnKind Image { get; } = new ImageKind();

    /// <summary>The bytes of an encoded image.</summary>
    public static ImageColumnKind Encoded { get; } = new EncodedKind();

    /// <summary>Pixels 0..255, planar, of the network's input size.</summary>
    public static ImageColumnKind Pixels { get; } = new PixelsKind();

    /// <summary>What such a column holds, for messages.</summary>
    public abstract string Description { get; }

    /// <summary>Its custom mapping inside a saved model, which prepares images; null if they are prepared already.</summary>
    public virtual IEstimator<ITransformer>? SavedMapping(TransformsCatalog transforms) => null;

    /// <summary>
    /// Steps of a saved model that say which of the user's columns is of a wrong type. The model's custom mappings bind to columns of their
    /// own, which their errors would name; a stock step that takes the user's column first names that one. Nobody reads what it gives, so
    /// it is never computed.
    /// </summary>
    public abstract EstimatorChain<ITransformer> Check(TransformsCatalog transforms, string input, int size);

    /// <summary>The mapping of a row's image to its features, which brings cursors, row mappers and schema rules.</summary>
    /// <param name="transforms">The catalog that makes it.</param>
    /// <param name="input">The image column.</param>
    /// <param name="output">The features column.</param>
    /// <param name="map">What maps a row.</param>
    /// <param name="size">Side of the network's input in pixels.</param>
    /// <param name="imageType">The type of a column of images; null for the one of <see cref="UnsizedImageAttribute"/>.</param>
    public abstract IEstimator<ITransformer> Mapping(
        TransformsCatalog transforms,
        string input,
        SchemaDefinition output,
        Action<IImageRow, FeaturesRow> map,
        int size,
        DataViewType? imageType = null);

    /// <summary>Data of no rows with such a column.</summary>
    public abstract IDataView Empty(DataOperationsCatalog data, string input, int size);

    /// <summary>The images among a column's values, by their place.</summary>
    public abstract Func<int, IImageRow> Rows(object values);

    /// <summary>The image of a cursor's row, each time that it is called.</summary>
    public abstract Func<IImageRow> Reader(DataViewRow cursor, DataViewSchema.Column column);
}

/// <summary>A form of images whose rows are of one class.</summary>
internal abstract class ImageColumnKind<TRow, TValue> : ImageColumnKind
    where TRow : class, IImageRow<TValue>, new()
{
    public override IEstimator<ITransformer> Mapping(
        TransformsCatalog transforms,
        string input,
        SchemaDefinition output,
        Action<IImageRow, FeaturesRow> map,
        int size,
        DataViewType? imageType = null) =>
        transforms.CustomMapping<TRow, FeaturesRow>(
            (source, target) => map(source, target), null, FeaturizerSchema.Input<TRow>(input, ColumnType(size, imageType)), output);

    public override IDataView Empty(DataOperationsCatalog data, string input, int size) =>
        data.LoadFromEnumerable(Array.Empty<TRow>(), FeaturizerSchema.Input<TRow>(input, ColumnType(size, null)));

    public override Func<int, IImageRow> Rows(object values)
    {
        var typed = (IColumnValues<TValue>)values;
        return place => new TRow { Source = typed[place] };
    }

    public override Func<IImageRow> Reader(DataViewRow cursor, DataViewSchema.Column column)
    {
        ValueGetter<TValue> get = cursor.GetGetter<TValue>(column);
        TValue value = default!;
        return () =>
        {
            get(ref value);
            return new TRow { Source = value };
        };
    }

    /// <summary>The column's type where the row's class does not say it.</summary>
    protected virtual DataViewType? ColumnType(int size, DataViewType? imageType) => null;
}
