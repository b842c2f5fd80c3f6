using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.MobileNetV2.Detection.Inference;
using MLNet.MobileNetV2.Detection.Pipeline;
using MLNet.MobileNetV2.Detection.Weights;
using MLNet.MobileNetV2.Featurization.Columns;

namespace MLNet.MobileNetV2;

/// <summary>Adds columns with the objects in each row's image.</summary>
/// <remarks>
/// <para>
/// Objects are found when rows are read, and a bad image throws <see cref="BadImageException"/> then (ML.NET may wrap it), unless
/// <see cref="MobileNetV2DetectionOptions.OnBadImage"/> says otherwise. A saved model needs this package and nothing else, and gives the
/// same objects.
/// </para>
/// <para>
/// Thread-safe. Owns native memory: dispose it, or the chain that holds it, when no data view that it made is still read. A
/// <c>PredictionEngine</c> disposes its model with itself, unless <c>PredictionEngineOptions.OwnsTransformer</c> is false.
/// </para>
/// </remarks>
public sealed class MobileNetV2DetectionTransformer : ITransformer, IDisposable
{
    private readonly TransformsCatalog _transforms;
    private readonly DetectionWeights _weights;
    private readonly ImageColumnKind _kind;
    private readonly MobileNetV2DetectionOptions _options;
    private readonly ImageDetector _detector;
    private readonly ITransformer _mapping;

    internal MobileNetV2DetectionTransformer(
        TransformsCatalog transforms,
        DetectionWeights weights,
        ImageColumnKind kind,
        MobileNetV2DetectionOptions options,
        IDataView input)
    {
        (_transforms, _weights, _kind, _options) = (transforms, weights, kind, options);
        _detector = new ImageDetector(
            weights, new() { Threshold = options.Threshold, Overlap = options.Overlap, Top = options.Top });
        try
        {
            _mapping = new ObjectMapping(_detector, options).Fit(transforms, kind, input);
        }
        catch
        {
            _detector.Dispose();
            throw;
        }
    }

    /// <summary>Names of the classes.</summary>
    public IReadOnlyList<string> Labels => _weights.Labels;

    /// <summary>True: a row's objects depend on that row alone.</summary>
    public bool IsRowToRowMapper => true;

    /// <summary>The schema of the input with the columns of the objects added.</summary>
    /// <param name="inputSchema">The schema of the input.</param>
    /// <exception cref="ArgumentException">The image column is missing, or of another type than the one that <c>Fit</c> saw.</exception>
    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        Check(inputSchema);
        return _mapping.GetOutputSchema(inputSchema);
    }

    /// <summary>The input with the columns of the objects added; images are read when its rows are.</summary>
    /// <param name="input">Data with the image column.</param>
    /// <exception cref="ArgumentException">The image column is missing, or of another type than the one that <c>Fit</c> saw.</exception>
    public IDataView Transform(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        Check(input.Schema);
        return _mapping.Transform(input);
    }

    /// <summary>The mapper of single rows, as prediction engines use it.</summary>
    /// <param name="inputSchema">The schema of the input.</param>
    /// <exception cref="ArgumentException">The image column is missing, or of another type than the one that <c>Fit</c> saw.</exception>
    public IRowToRowMapper GetRowToRowMapper(DataViewSchema inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        Check(inputSchema);
        return _mapping.GetRowToRowMapper(inputSchema);
    }

    /// <summary>Releases the inference session.</summary>
    public void Dispose()
    {
        (_mapping as IDisposable)?.Dispose();
        _detector.Dispose();
    }

    void ICanSaveModel.Save(ModelSaveContext ctx) => SavedDetection.Create(_transforms, _weights, _kind, _options).Save(ctx);

    private void Check(DataViewSchema schema) =>
        ImageColumn.CheckKind(schema, new(_options.InputColumnName, _kind, _options.PredictedLabelColumnName));
}
