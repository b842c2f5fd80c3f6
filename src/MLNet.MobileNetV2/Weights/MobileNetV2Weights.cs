using MLNet.MobileNetV2.Machine;
using MLNet.MobileNetV2.Validation;
using MLNet.MobileNetV2.Weights;

namespace MLNet.MobileNetV2;

/// <summary>
/// The tensors of a MobileNetV2 with all that is needed to use them: the network, preprocessing, origin.
/// </summary>
/// <remarks>
/// Tensors are named as in torchvision's <c>mobilenet_v2</c>. Each convolution has <c>features.0.0.weight</c> and, by
/// <see cref="BatchNorm"/>, either <c>features.0.0.bias</c> or the four of <c>features.0.1</c>: <c>weight</c>, <c>bias</c>,
/// <c>running_mean</c>, <c>running_var</c>. A classifier has <c>classifier.1.weight</c> and <c>classifier.1.bias</c>.
/// Immutable and thread-safe.
/// </remarks>
public sealed class MobileNetV2Weights
{
    /// <summary>Batch norm's epsilon in PyTorch, which is this library's own.</summary>
    internal const float DefaultBatchNormEpsilon = 1e-5f;

    /// <summary>Checks the tensors against the network and keeps those that it uses.</summary>
    /// <param name="name">A short name for messages and metadata, for example <c>imagenet</c>.</param>
    /// <param name="architecture">The network.</param>
    /// <param name="tensors">The tensors by name, batch norm folded or apart.</param>
    /// <param name="preprocessing">How images must be prepared for these weights.</param>
    /// <param name="sha256">The SHA-256 of the file that the tensors come from, in lower-case hex; null where there is no file.</param>
    /// <param name="batchNormEpsilon">What batch norm adds to the variance, above 0; unused where it is folded. Default: 1e-5.</param>
    /// <exception cref="WeightsFormatException">A tensor, which is named, is missing, has another shape or is not finite.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A setting of the preprocessing, or the epsilon, is not allowed.</exception>
    public MobileNetV2Weights(
        string name,
        MobileNetV2Architecture architecture,
        IReadOnlyDictionary<string, WeightTensor> tensors,
        ImagePreprocessing preprocessing,
        string? sha256 = null,
        float batchNormEpsilon = DefaultBatchNormEpsilon)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(architecture);
        ArgumentNullException.ThrowIfNull(tensors);
        ArgumentNullException.ThrowIfNull(preprocessing);
        preprocessing.Validate();
        Require.Positive(batchNormEpsilon);
        Name = name;
        int size = preprocessing.Size;
        Architecture = size == architecture.Resolution || !MobileNetV2Architecture.IsResolution(size)
            ? architecture
            : architecture.With(architecture.NumClasses, size, architecture.Padding);
        Preprocessing = preprocessing;
        Sha256 = sha256;
        BatchNormEpsilon = batchNormEpsilon;
        BatchNorm = TensorCheck.FormOf(architecture, tensors);
        Tensors = TensorCheck.Select(name, architecture, tensors);
    }

    /// <summary>A short name for messages and metadata.</summary>
    public string Name { get; }

    /// <summary>
    /// The network. Its resolution is the size of <see cref="Preprocessing"/> where that is a multiple of 32; the network itself
    /// takes images of any size.
    /// </summary>
    public MobileNetV2Architecture Architecture { get; }

    /// <summary>The tensors by their torchvision names.</summary>
    public IReadOnlyDictionary<string, WeightTensor> Tensors { get; }

    /// <summary>How images must be prepared.</summary>
    public ImagePreprocessing Preprocessing { get; }

    /// <summary>The padding that the network was trained with.</summary>
    public PaddingFlavor Padding => Architecture.Padding;

    /// <summary>Number of features: 1280 for widths up to 1.</summary>
    public int FeatureCount => Architecture.FeatureCount;

    /// <summary>Number of classes of the classifier, or null where the weights end at the features.</summary>
    public int? ClassCount => Architecture.NumClasses == 0 ? null : Architecture.NumClasses;

    /// <summary>Whether batch norm is folded into the kernels or has tensors of its own.</summary>
    public BatchNormForm BatchNorm { get; }

    /// <summary>What batch norm adds to the variance; unused where it is folded.</summary>
    public float BatchNormEpsilon { get; }

    /// <summary>
    /// The SHA-256 of the file that the tensors come from, in lower-case hex, or null where there is no file; of a TF.js model, that of
    /// <c>model.json</c> and its shards in the manifest's order, one after the other.
    /// </summary>
    public string? Sha256 { get; }

    /// <summary>Weights to train from scratch, drawn from a seed, with batch norm apart.</summary>
    /// <remarks>
    /// As torchvision initialises its <c>mobilenet_v2</c>: kernels from a normal distribution of mean 0 and variance 2 / (output
    /// channels x kernel area) (Kaiming, fan out); batch norm's scale and variance 1, shift and mean 0; the classifier's kernel from a
    /// normal distribution of deviation 0.01, its bias 0.
    /// </remarks>
    /// <param name="architecture">The network.</param>
    /// <param name="seed">The same seed gives the same weights.</param>
    /// <param name="preprocessing">How images are prepared; null takes the defaults at the network's resolution.</param>
    public static MobileNetV2Weights Initialize(MobileNetV2Architecture architecture, int seed, ImagePreprocessing? preprocessing = null)
    {
        ArgumentNullException.ThrowIfNull(architecture);
        return new(
            $"initialized-{seed}",
            architecture,
            WeightInitialization.Draw(architecture, new Random(seed)),
            preprocessing ?? new ImagePreprocessing { Size = Math.Min(architecture.Resolution, ImagePreprocessing.MaxSize) });
    }

    /// <summary>The same weights with images prepared another way, for example at another size.</summary>
    /// <param name="preprocessing">How images are prepared.</param>
    /// <exception cref="ArgumentOutOfRangeException">A setting is not allowed; it is named.</exception>
    public MobileNetV2Weights WithPreprocessing(ImagePreprocessing preprocessing) =>
        new(Name, Architecture, Tensors, preprocessing, Sha256, BatchNormEpsilon);

    /// <summary>The same network with batch norm in the other form; the output is the same within rounding.</summary>
    /// <param name="form">The form; weights that have it already are returned as they are.</param>
    public MobileNetV2Weights WithBatchNorm(BatchNormForm form)
    {
        Require.Defined(form);
        return form == BatchNorm ? this : With(form == BatchNormForm.Folded
            ? BatchNormConversion.Fold(Architecture, Tensors, BatchNormEpsilon)
            : BatchNormConversion.TakeApart(Architecture, Tensors, DefaultBatchNormEpsilon));
    }

    /// <summary>
    /// The same weights with a new classifier, drawn from a seed as in <see cref="Initialize"/>; <see cref="Sha256"/> becomes null.
    /// </summary>
    /// <param name="numClasses">Number of classes; 0 for none.</param>
    /// <param name="seed">The same seed gives the same classifier.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number of classes is below 0.</exception>
    public MobileNetV2Weights ResetClassifier(int numClasses, int seed = 0)
    {
        MobileNetV2Architecture architecture = Architecture.ResetClassifier(numClasses);
        var tensors = new Dictionary<string, WeightTensor>(Tensors, StringComparer.Ordinal);
        WeightInitialization.DrawClassifier(architecture, new Random(seed), tensors);
        return new(Name, architecture, tensors, Preprocessing, sha256: null, BatchNormEpsilon);
    }

    /// <summary>The same weights without a classifier.</summary>
    internal MobileNetV2Weights WithoutClassifier()
    {
        var tensors = new Dictionary<string, WeightTensor>(Tensors, StringComparer.Ordinal);
        tensors.Remove(LayerTensors.ClassifierKernel);
        tensors.Remove(LayerTensors.ClassifierBias);
        return new(Name, Architecture.ResetClassifier(0), tensors, Preprocessing, Sha256, BatchNormEpsilon);
    }

    /// <summary>The same weights with a classifier; <see cref="Sha256"/> becomes null.</summary>
    /// <param name="kernel">As many values a class as there are features, class after class.</param>
    /// <param name="bias">A value a class.</param>
    internal MobileNetV2Weights WithClassifier(ReadOnlyMemory<float> kernel, ReadOnlyMemory<float> bias)
    {
        var tensors = new Dictionary<string, WeightTensor>(Tensors, StringComparer.Ordinal)
        {
            [LayerTensors.ClassifierKernel] = new([bias.Length, FeatureCount], kernel),
            [LayerTensors.ClassifierBias] = new([bias.Length], bias),
        };
        return new(Name, Architecture.ResetClassifier(bias.Length), tensors, Preprocessing, sha256: null, BatchNormEpsilon);
    }

    /// <summary>Writes the weights as a safetensors file in float32, which replaces a file there in one step.</summary>
    /// <remarks>
    /// Tensors are named as in torchvision's <c>mobilenet_v2</c>; with batch norm apart its
    /// <c>load_state_dict</c> takes them, and pads as <see cref="PaddingFlavor.PyTorchSymmetric"/>: weights of the other padding lose
    /// accuracy there. The file has statistics for further training only where batch norm was never folded
    /// (<see cref="WeightsFileOptions.BatchNorm"/>). The metadata holds the preprocessing, the padding and the network's settings, so that
    /// <see cref="WeightsSource.FromFile(string)"/> restores the same weights.
    /// </remarks>
    /// <param name="path">Where to.</param>
    public void SaveSafetensors(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        AtomicFile.Write(path, SaveSafetensors);
    }

    /// <summary>Writes the weights as a safetensors file in float32 to a stream, which stays open.</summary>
    /// <param name="stream">Where to.</param>
    public void SaveSafetensors(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        WriteSafetensors(stream, SafetensorsType.F32);
    }

    /// <summary>Writes the weights as a safetensors file, to whose type values are rounded.</summary>
    internal void WriteSafetensors(Stream stream, SafetensorsType type)
    {
        // Files with torchvision's names are read with torchvision's epsilon.
        MobileNetV2Weights own = WithDefaultEpsilon();
        SafetensorsWriter.Write(stream, own.Tensors, WeightsMetadata.Write(own), type);
    }

    /// <summary>The same weights with batch norm's epsilon of PyTorch, which its variances compensate.</summary>
    internal MobileNetV2Weights WithDefaultEpsilon() => BatchNorm == BatchNormForm.Folded || BatchNormEpsilon == DefaultBatchNormEpsilon
        ? this
        : With(BatchNormConversion.ChangeEpsilon(Architecture, Tensors, BatchNormEpsilon, DefaultBatchNormEpsilon));

    private MobileNetV2Weights With(IReadOnlyDictionary<string, WeightTensor> tensors) =>
        new(Name, Architecture, tensors, Preprocessing, Sha256);
}

/// <summary>How weights hold batch norm. Both forms give the same output within rounding.</summary>
public enum BatchNormForm
{
    /// <summary>Multiplied into the kernel before it, which gets a bias: what inference needs.</summary>
    Folded,

    /// <summary>Scale, shift, mean and variance as tensors of their own: what training needs.</summary>
    Apart,
}
