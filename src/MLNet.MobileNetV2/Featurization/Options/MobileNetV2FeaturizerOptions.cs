using MLNet.MobileNetV2.Onnx;
using MLNet.MobileNetV2.Validation;

namespace MLNet.MobileNetV2;

/// <summary>Options of <see cref="MobileNetV2FeaturizerEstimator"/>. Read once, when the estimator is made.</summary>
public sealed class MobileNetV2FeaturizerOptions
{
    private const int MaxBatchSize = 256;

    /// <summary>Name of the new column: <c>Vector&lt;Single, 1, 1280&gt;</c>, or as width and tap say. Default: <c>Features</c>.</summary>
    public string OutputColumnName { get; init; } = "Features";

    /// <summary>
    /// Name of the image column: file paths (text), an unsized <c>MLImage</c>, the bytes of an encoded image
    /// (<c>Vector&lt;Byte&gt;</c>), or pixels 0..255 (<c>Vector&lt;Single&gt;</c> of 3 x size x size, as <c>ExtractPixels</c>
    /// gives; its channels in the order of <see cref="ImagePreprocessing.ChannelOrder"/>). Default: <c>ImagePath</c>.
    /// </summary>
    public string InputColumnName { get; init; } = "ImagePath";

    /// <summary>The weights. Default: <see cref="WeightsSource.Embedded"/>.</summary>
    public WeightsSource Weights { get; init; } = WeightsSource.Embedded;

    /// <summary>Where weights are looked up and kept. Default: as the environment says.</summary>
    public WeightsStoreOptions Store { get; init; } = WeightsStoreOptions.FromEnvironment();

    /// <summary>How images are prepared. Default: null, which means as the weights were trained.</summary>
    public ImagePreprocessing? Preprocessing { get; init; }

    /// <summary>Where the features are taken. Default: <see cref="FeatureTap.Features"/>, the averaged last convolution.</summary>
    public FeatureTap Tap { get; init; } = FeatureTap.Features;

    /// <summary>What happens with an image that cannot be used. Default: <see cref="BadImageHandling.Throw"/>.</summary>
    public BadImageHandling OnBadImage { get; init; } = BadImageHandling.Throw;

    /// <summary>
    /// Called for each image that gave missing features, each time that its row is read, by the thread that reads it;
    /// threads may call at the same time. Default: null.
    /// </summary>
    public Action<BadImage>? BadImageFound { get; init; }

    /// <summary>
    /// Reports after each image how many this featurizer has read since <c>Fit</c>, bad ones included, on the thread that read it.
    /// Default: null.
    /// </summary>
    public IProgress<long>? Progress { get; init; }

    /// <summary>
    /// Threads that decode and featurize images side by side when many rows are read; 0 means as many as there are cores. Rows come in
    /// order all the same. Default: 0.
    /// </summary>
    /// <remarks>
    /// <para>
    /// Memory: each worker holds one batch of inputs (600 KB an image at 224), and the encoded bytes and the pixels of the one image that
    /// it decodes. Rows are read ahead, up to workers x the larger of 4 and 2 x <see cref="BatchSize"/>, but no more once the values that
    /// they hold take 256 MiB; one row is always read. A row holds its features (5 KB at 1280) and its values in the columns that are read
    /// after the featurizer, and in the image column: a path or some encoded bytes, but 4 bytes a pixel of an <c>MLImage</c> (72 MB at 18
    /// megapixels).
    /// </para>
    /// <para>
    /// To take less: read paths or encoded bytes rather than <c>MLImage</c>, set a smaller <see cref="ThreadCount"/> or
    /// <see cref="BatchSize"/>, and put wide columns behind the featurizer, or leave them unread.
    /// </para>
    /// </remarks>
    public int ThreadCount { get; init; }

    /// <summary>Most images in one run of the network, 1 to 256. Default: 1, the fastest on a CPU; accelerators need more.</summary>
    public int BatchSize { get; init; } = 1;

    /// <summary>
    /// Threads of one inference; 0 means as many as there are cores. Default: 1, since workers featurize several rows at a time, which
    /// is faster over many images. More threads shorten the wait for a single one.
    /// </summary>
    public int IntraOpThreadCount { get; init; } = 1;

    /// <summary>
    /// What runs the network in this process. Default: <see cref="ExecutionProvider.Cpu"/>. A saved model runs where ML.NET's
    /// <c>OnnxTransformer</c> does: on the CPU, or on the GPU of <c>MLContext.GpuDeviceId</c>.
    /// </summary>
    public ExecutionProvider ExecutionProvider { get; init; } = ExecutionProvider.Cpu;

    /// <summary>
    /// Whether Arm64 processors that have it multiply in bfloat16: faster, and features differ by some thousandths. Other processors
    /// take no notice. Default: false.
    /// </summary>
    public bool UseArm64FastMath { get; init; }

    /// <summary>
    /// Where features are kept from one run to the next, for columns of paths or encoded images; a <c>PredictionEngine</c> does without,
    /// and it is not saved with a model. Its owner disposes it, after the featurizer. Bad images are not kept. Default: null, nowhere.
    /// </summary>
    public IFeatureCache? Cache { get; init; }

    /// <summary>By what <see cref="Cache"/> knows an image. Default: <see cref="FeatureCacheKey.Content"/>.</summary>
    public FeatureCacheKey CacheKey { get; init; } = FeatureCacheKey.Content;

    /// <summary>Reports a download of the weights. Default: null.</summary>
    public IProgress<DownloadProgress>? DownloadProgress { get; init; }

    /// <summary>Stops <c>Fit</c>, and every later reading of features. Default: none.</summary>
    public CancellationToken CancellationToken { get; init; }

    internal NetworkSessionOptions SessionOptions => new(IntraOpThreadCount, ExecutionProvider, UseArm64FastMath);

    /// <summary>Finds or downloads the weights, with the preprocessing asked for.</summary>
    internal MobileNetV2Weights LoadWeights()
    {
        MobileNetV2Weights weights = new WeightsStore(Store).Load(Weights, DownloadProgress, CancellationToken).Weights;
        return Preprocessing is null ? weights : weights.WithPreprocessing(Preprocessing);
    }

    internal void Validate()
    {
        Require.ColumnName(OutputColumnName);
        Require.ColumnName(InputColumnName);
        ArgumentNullException.ThrowIfNull(Weights);
        ArgumentNullException.ThrowIfNull(Store);
        ArgumentNullException.ThrowIfNull(Tap);
        ArgumentNullException.ThrowIfNull(ExecutionProvider);
        Preprocessing?.Validate();
        Require.Defined(OnBadImage);
        Require.Defined(CacheKey);
        Require.ThreadCount(ThreadCount);
        Require.Between(1, MaxBatchSize, BatchSize);
        Require.ThreadCount(IntraOpThreadCount);
    }
}
