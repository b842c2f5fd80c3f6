using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.MobileNetV2.FeatureCache;
using MLNet.MobileNetV2.Featurization.Columns;
using MLNet.MobileNetV2.Featurization.LookAhead;
using MLNet.MobileNetV2.Featurization.Saving;
using MLNet.MobileNetV2.Onnx;

namespace MLNet.MobileNetV2;

/// <summary>Adds a column with the features of each row's image.</summary>
/// <remarks>
/// <para>
/// Rows are featurized when they are read: keep the features with <c>AppendCacheCheckpoint</c> where they are read more than once.
/// Workers read ahead and keep those rows in memory, as <see cref="MobileNetV2FeaturizerOptions.ThreadCount"/> says: <c>TakeRows</c> and
/// <c>Preview</c> after this transformer also featurize images beyond the rows that they give.
/// </para>
/// <para>
/// <c>mlContext.Model.Save</c> writes a chain of ML.NET's own components with the ONNX graph inside; a process that loads it
/// needs this package and nothing else. A loaded model keeps the graph in a temporary file until it is disposed. Temporary files lie in
/// <c>MLContext.TempFilePath</c>. Where saving fails half-way (a full disk, for example), ML.NET leaves a broken file under the name that
/// it was given, since it opens the file itself: save under another name and move the file, where an old model must survive.
/// </para>
/// <para>
/// Thread-safe. Owns native memory: dispose it, or the chain that holds it, when no data view that it made is still read.
/// Reading features after that throws <see cref="ObjectDisposedException"/>. A <c>PredictionEngine</c> disposes its model with
/// itself, unless <c>PredictionEngineOptions.OwnsTransformer</c> is false.
/// </para>
/// </remarks>
public sealed class MobileNetV2FeaturizerTransformer : ITransformer, IFittedFeaturizer, IDisposable
{
    private readonly TransformsCatalog _transforms;
    private readonly FeaturizerColumns _columns;
    private readonly MobileNetV2FeaturizerOptions _options;
    private readonly PictureNetwork _network;
    private readonly FeaturizerRun _run;
    private readonly ITransformer _mapping;

    internal MobileNetV2FeaturizerTransformer(
        TransformsCatalog transforms,
        MobileNetV2Weights weights,
        FeaturizerColumns columns,
        MobileNetV2FeaturizerOptions options,
        IDataView input)
    {
        _transforms = transforms;
        _columns = columns;
        _options = options;
        Weights = weights;
        _network = new PictureNetwork(weights, InferenceGraphOutputs.Features, options.Tap, options.SessionOptions);
        _run = new FeaturizerRun(_network, options, options.Cache is null
            ? null
            : new ImageKeys(FeatureOrigin.Of(weights, options.Tap), options.CacheKey, options.SessionOptions.Computation));
        int size = weights.Preprocessing.Size;
        VectorDataViewType features = FeaturizerSchema.FeaturesType(options.Tap.ShapeOf(weights.Architecture, size));
        _mapping = columns.Kind
            .Mapping(transforms, columns.Input, FeaturizerSchema.Output(columns.Output, features), _run.Map, size)
            .Fit(input);
    }

    /// <summary>The weights in use.</summary>
    public MobileNetV2Weights Weights { get; }

    /// <summary>Which weights are used, and how images are prepared.</summary>
    public MobileNetV2FeaturizerInfo Info => new(Spec);

    /// <summary>Number of images since <c>Fit</c> whose features came from the cache; 0 without one.</summary>
    public long CacheHits => _run.CacheHits;

    /// <summary>True: every row's features depend on that row alone.</summary>
    public bool IsRowToRowMapper => true;

    /// <summary>The schema of the input with the features column added.</summary>
    /// <param name="inputSchema">The schema of the input.</param>
    /// <exception cref="ArgumentException">The image column is missing, or of another type than the one that <c>Fit</c> saw.</exception>
    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        ImageColumn.CheckKind(inputSchema, _columns);
        return _mapping.GetOutputSchema(inputSchema);
    }

    /// <summary>The input with the features column added; images are read when its rows are.</summary>
    /// <param name="input">Data with the image column.</param>
    /// <remarks>
    /// Reading a row's features throws <see cref="BadImageException"/> for a bad image, <see cref="OperationCanceledException"/>
    /// when stopped, <see cref="ObjectDisposedException"/> after disposal, and what <see cref="MobileNetV2FeaturizerOptions.Cache"/>
    /// throws.
    /// </remarks>
    /// <exception cref="ArgumentException">The image column is missing, or of another type than the one that <c>Fit</c> saw.</exception>
    public IDataView Transform(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return new LookAheadDataView(input, GetOutputSchema(input.Schema), _columns, _run);
    }

    /// <summary>The mapper of single rows, as prediction engines use it.</summary>
    /// <param name="inputSchema">The schema of the input.</param>
    /// <exception cref="ArgumentException">The image column is missing, or of another type than the one that <c>Fit</c> saw.</exception>
    public IRowToRowMapper GetRowToRowMapper(DataViewSchema inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        ImageColumn.CheckKind(inputSchema, _columns);
        return _mapping.GetRowToRowMapper(inputSchema);
    }

    /// <summary>Releases the inference session.</summary>
    public void Dispose()
    {
        try
        {
            // The user's cache may throw.
            _run.Flush();
        }
        finally
        {
            _network.Dispose();
            (_mapping as IDisposable)?.Dispose();
        }
    }

    string IFittedFeaturizer.OutputColumn => _columns.Output;

    FeaturizerSpec? IFittedFeaturizer.Spec => _columns.Kind == ImageColumnKind.Pixels ? null : Spec;

    private FeaturizerSpec Spec => FeaturizerSpec.Of(Weights, _options.OnBadImage, _options.Tap);

    byte[] IFittedFeaturizer.WriteGraph() => InferenceGraph.Write(Weights, InferenceGraphOutputs.Features, _options.Tap);

    void ICanSaveModel.Save(ModelSaveContext ctx) =>
        SavedFeaturizer.Save(ctx, _transforms, Weights, _columns, _options.OnBadImage, _options.Tap);
}
