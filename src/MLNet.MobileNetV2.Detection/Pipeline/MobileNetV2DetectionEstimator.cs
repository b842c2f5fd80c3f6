using Microsoft.ML;
using MLNet.MobileNetV2.Detection.Pipeline;
using MLNet.MobileNetV2.Detection.Weights;
using MLNet.MobileNetV2.Featurization.Columns;
using MLNet.MobileNetV2.Featurization.Saving;

namespace MLNet.MobileNetV2;

/// <summary>
/// Finds the objects in images with SSDLite on MobileNetV2 (arXiv 1801.04381, section 6.2), COCO's or a model of one's own.
/// </summary>
/// <remarks>
/// <para>
/// | | |
/// | -- | -- |
/// | Does this estimator need to look at the data to train its parameters? | No |
/// | Input column data type | text (path), unsized <c>MLImage</c> or <c>Vector&lt;Byte&gt;</c> (an encoded image) |
/// | Output column data types | of each object, the best first: labels, <c>Vector&lt;Text&gt;</c>; left, top, right and bottom of its
/// box in pixels of the upright photo (of an <c>MLImage</c>, as it is), <c>Vector&lt;Single&gt;</c>; scores, <c>Vector&lt;Single&gt;</c> |
/// | Required NuGet in addition to Microsoft.ML | MLNet.MobileNetV2.Detection |
/// | Exportable to ONNX | No |
/// </para>
/// <para>
/// <c>Fit</c> makes a transformer, which the caller disposes (or the chain that holds it). Thread-safe. To detect in photos outside of a
/// pipeline, use <see cref="MobileNetV2Detector"/>.
/// </para>
/// </remarks>
public sealed class MobileNetV2DetectionEstimator : IEstimator<MobileNetV2DetectionTransformer>
{
    private readonly TransformsCatalog _transforms;
    private readonly MobileNetV2DetectionOptions _options;

    internal MobileNetV2DetectionEstimator(TransformsCatalog catalog, MobileNetV2DetectionOptions options)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        _transforms = catalog;
        _options = options;
    }

    /// <summary>Binds the network to the data's image column; reads no row.</summary>
    /// <param name="input">Data with the image column.</param>
    /// <returns>The transformer, to be disposed by the caller.</returns>
    /// <exception cref="ArgumentException">The image column is missing or of a type that holds no images.</exception>
    /// <exception cref="DllNotFoundException">ONNX Runtime's native library cannot be loaded; the message says why.</exception>
    public MobileNetV2DetectionTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        ImageColumnKind kind = ImageColumn.PhotoKindOf(input.Schema, _options.InputColumnName);
        return new(_transforms, _options.Model?.Weights ?? CocoDetector.Read(), kind, _options, input);
    }

    /// <summary>The schema after the transformer: the input's with the columns of the objects.</summary>
    /// <param name="inputSchema">The schema before it.</param>
    /// <exception cref="ArgumentException">The image column is missing or of a type that holds no images.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        _ = ImageColumn.PhotoKindOf(inputSchema, _options.InputColumnName);
        return _transforms.CustomMapping<EmptyRow, ObjectsRow>((_, _) => { }, null, outputSchemaDefinition: ObjectMapping.Output(_options))
            .GetOutputSchema(inputSchema);
    }
}
