using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.MobileNetV2.Featurization.Columns;
using MLNet.MobileNetV2.Featurization.Saving;
using MLNet.MobileNetV2.Segmentation.Saving;

namespace MLNet.MobileNetV2;

/// <summary>Finds the class of each pixel of images with DeepLabv3 on MobileNetV2 (arXiv 1801.04381, section 6.3).</summary>
/// <remarks>
/// <para>
/// | | |
/// | -- | -- |
/// | Does this estimator need to look at the data to train its parameters? | No |
/// | Input column data type | text (path), unsized <c>MLImage</c> or <c>Vector&lt;Byte&gt;</c> (an encoded image) |
/// | Output column data types | by the name of the map: the map, <c>Vector&lt;Byte&gt;</c> of height x width; <c>Size</c>,
/// <c>Vector&lt;Int32, 2&gt;</c> of height and width; <c>Labels</c>, <c>Vector&lt;Text&gt;</c>, and <c>Shares</c>,
/// <c>Vector&lt;Single&gt;</c>, of each class; where wanted <c>Probabilities</c>, <c>Vector&lt;Single&gt;</c> |
/// | Required NuGet in addition to Microsoft.ML | MLNet.MobileNetV2 |
/// | Exportable to ONNX | No |
/// </para>
/// <para>
/// <c>Fit</c> loads the weights and makes a transformer, which the caller disposes (or the chain that holds it). Thread-safe. To segment
/// photos outside of a pipeline, use <see cref="MobileNetV2Segmenter"/>, which is faster.
/// </para>
/// </remarks>
public sealed class MobileNetV2SegmentationEstimator : IEstimator<MobileNetV2SegmentationTransformer>
{
    private readonly TransformsCatalog _transforms;
    private readonly MobileNetV2SegmentationOptions _options;

    internal MobileNetV2SegmentationEstimator(TransformsCatalog catalog, MobileNetV2SegmentationOptions options)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        _transforms = catalog;
        _options = options;
    }

    /// <summary>Loads the weights and binds the network to the data's image column; reads no row.</summary>
    /// <param name="input">Data with the image column.</param>
    /// <returns>The transformer, to be disposed by the caller.</returns>
    /// <exception cref="ArgumentException">The image column is missing or of a type that holds no images.</exception>
    /// <exception cref="DllNotFoundException">ONNX Runtime's native library cannot be loaded; the message says why.</exception>
    /// <exception cref="WeightsUnavailableException">The weights are neither on this machine nor can they be downloaded.</exception>
    /// <exception cref="WeightsFormatException">The weight file is damaged or not the catalog's.</exception>
    public MobileNetV2SegmentationTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        ImageColumnKind kind = ImageColumn.PhotoKindOf(input.Schema, _options.InputColumnName);
        GraphChain chain = SavedSegmentation.Create(
            _transforms, new WeightsStore(_options.Store).Load(_options.Model, _options.CancellationToken), kind, _options);
        return new(chain, new(_options.InputColumnName, kind, _options.OutputColumnName), _options.Model.Labels, input);
    }

    /// <summary>The schema after the transformer: the input's with the columns of the map.</summary>
    /// <param name="inputSchema">The schema before it.</param>
    /// <exception cref="ArgumentException">The image column is missing or of a type that holds no images.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        _ = ImageColumn.PhotoKindOf(inputSchema, _options.InputColumnName);
        SchemaDefinition result = SchemaDefinition.Create(typeof(ResultRow));
        foreach ((string column, string suffix) in SegmentationColumns.Results(withProbabilities: true))
        {
            result[column].ColumnName = _options.OutputColumnName + suffix;
        }

        if (!_options.IncludeProbabilities)
        {
            result.RemoveAll(column => column.MemberName == nameof(ResultRow.Probabilities));
        }

        return _transforms.CustomMapping<EmptyRow, ResultRow>((_, _) => { }, null, outputSchemaDefinition: result)
            .GetOutputSchema(inputSchema);
    }
}
