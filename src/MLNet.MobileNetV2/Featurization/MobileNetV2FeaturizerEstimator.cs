using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.MobileNetV2.Featurization.Columns;

namespace MLNet.MobileNetV2;

/// <summary>
/// Turns images into the features of MobileNetV2 (arXiv 1801.04381): by default the averaged output of its last convolution, 1280
/// values for widths up to 1.
/// </summary>
/// <remarks>
/// <para>
/// | | |
/// | -- | -- |
/// | Does this estimator need to look at the data to train its parameters? | No |
/// | Input column data type | text (path), unsized <c>MLImage</c>, <c>Vector&lt;Byte&gt;</c> or <c>Vector&lt;Single&gt;</c> (pixels) |
/// | Output column data type | <c>Vector&lt;Single, 1, 1280&gt;</c>; for another width or tap, 1, channels[, height, width] |
/// | Required NuGet in addition to Microsoft.ML | MLNet.MobileNetV2 |
/// | Exportable to ONNX | Yes, with the head: <c>mlContext.Model.SaveMobileNetV2AsOnnx</c> |
/// </para>
/// <para>
/// <c>Fit</c> loads the weights and makes a transformer, which the caller disposes (or the chain that holds it). Thread-safe.
/// </para>
/// </remarks>
public sealed class MobileNetV2FeaturizerEstimator : IEstimator<MobileNetV2FeaturizerTransformer>
{
    private readonly TransformsCatalog _transforms;
    private readonly MobileNetV2FeaturizerOptions _options;

    internal MobileNetV2FeaturizerEstimator(TransformsCatalog catalog, MobileNetV2FeaturizerOptions options)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        _transforms = catalog;
        _options = options;
    }

    /// <summary>Loads the weights and binds the featurizer to the data's image column; reads no row.</summary>
    /// <param name="input">Data with the image column.</param>
    /// <returns>The transformer, to be disposed by the caller.</returns>
    /// <exception cref="ArgumentException">
    /// The image column is missing or of a type that holds no images, or of one that the cache has no key for.
    /// </exception>
    /// <exception cref="DllNotFoundException">ONNX Runtime's native library cannot be loaded; the message says why.</exception>
    /// <exception cref="NotSupportedException">The installed ONNX Runtime lacks the execution provider or cannot use it.</exception>
    /// <exception cref="WeightsUnavailableException">The weights are neither on this machine nor can they be downloaded.</exception>
    /// <exception cref="WeightsFormatException">The weight file is damaged or holds another network.</exception>
    public MobileNetV2FeaturizerTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        ImageColumnKind kind = ImageColumn.KindOf(input.Schema, _options.InputColumnName);
        CheckCache(kind);
        MobileNetV2Weights weights = _options.LoadWeights();
        _options.Tap.ShapeOf(weights.Architecture, weights.Preprocessing.Size);
        if (kind == ImageColumnKind.Pixels)
        {
            ImageColumn.CheckPixels(input.Schema, _options.InputColumnName, weights.Preprocessing.Size);
        }

        var columns = new FeaturizerColumns(_options.InputColumnName, kind, _options.OutputColumnName);
        return new MobileNetV2FeaturizerTransformer(_transforms, weights, columns, _options, input);
    }

    /// <summary>The schema after the transformer: the input's with the features column.</summary>
    /// <param name="inputSchema">The schema before it.</param>
    /// <exception cref="ArgumentException">The image column is missing or of a type that holds no images.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        ImageColumnKind kind = ImageColumn.KindOf(inputSchema, _options.InputColumnName);
        // To the schema check of a pipeline, two image types are equal only if they are one object: LoadImages brings its own.
        DataViewType type = inputSchema.First(column => column.Name == _options.InputColumnName).ItemType;
        SchemaDefinition output = FeaturizerSchema.Output(_options.OutputColumnName, FeaturizerSchema.FeaturesType([1]));
        return kind.Mapping(_transforms, _options.InputColumnName, output, map: (_, _) => { }, size: 1, type).GetOutputSchema(inputSchema);
    }

    // A cache that is asked for and does nothing would be found out late.
    private void CheckCache(ImageColumnKind kind)
    {
        string? needed = _options switch
        {
            { Cache: null } => null,
            { CacheKey: FeatureCacheKey.PathSizeTime } when kind != ImageColumnKind.Path => "paths",
            _ when kind != ImageColumnKind.Path && kind != ImageColumnKind.Encoded => "paths or encoded images",
            _ => null,
        };
        if (needed is not null)
        {
            throw new ArgumentException(
                $"The image column '{_options.InputColumnName}' holds {kind.Description}; "
                + $"a {nameof(FeatureCacheKey)} of {_options.CacheKey} needs a column of {needed}. "
                + $"Leave out {nameof(MobileNetV2FeaturizerOptions)}.{nameof(MobileNetV2FeaturizerOptions.Cache)}.");
        }
    }
}
