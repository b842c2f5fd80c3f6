using MLNet.MobileNetV2.Images;
using MLNet.MobileNetV2.Network;

namespace MLNet.MobileNetV2.Weights;

/// <summary>
/// The trained tensors of a MobileNetV2 with all that is needed to use them rightly: preprocessing, padding, origin.
/// </summary>
/// <remarks>
/// Tensors are named as in torchvision's <c>mobilenet_v2</c> with batch norm folded: <c>features.0.0.weight</c> and
/// <c>features.0.0.bias</c> for each convolution, <c>classifier.1.weight</c> and <c>classifier.1.bias</c> where there is a
/// classifier. Immutable and thread-safe.
/// </remarks>
public sealed class MobileNetV2Weights
{
    /// <summary>Checks the tensors against the network and keeps those that it uses.</summary>
    /// <param name="name">A short name for messages and metadata, for example <c>imagenet</c>.</param>
    /// <param name="tensors">The tensors by name.</param>
    /// <param name="preprocessing">How photos must be prepared for these weights.</param>
    /// <param name="padding">The padding that the network was trained with.</param>
    /// <param name="sha256">The SHA-256 of the file that the tensors come from, in lower-case hex; null where there is no file.</param>
    /// <exception cref="WeightsFormatException">A tensor is missing or has another shape; the first such is named.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A setting of the preprocessing, or the padding, is not allowed; it is named.</exception>
    public MobileNetV2Weights(
        string name,
        IReadOnlyDictionary<string, WeightTensor> tensors,
        ImagePreprocessing preprocessing,
        PaddingFlavor padding,
        string? sha256 = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(tensors);
        ArgumentNullException.ThrowIfNull(preprocessing);
        preprocessing.Validate();
        if (!Enum.IsDefined(padding))
        {
            throw new ArgumentOutOfRangeException(
                nameof(padding), padding, $"The padding must be one of {string.Join(", ", Enum.GetNames<PaddingFlavor>())}.");
        }

        Name = name;
        Preprocessing = preprocessing;
        Padding = padding;
        Sha256 = sha256;
        Tensors = TensorCheck.Select(name, tensors);
        ClassCount = Tensors.TryGetValue($"{MobileNetV2Architecture.ClassifierName}.bias", out WeightTensor? bias) ? bias.Shape[0] : null;
    }

    private MobileNetV2Weights(MobileNetV2Weights other, ImagePreprocessing preprocessing)
    {
        Name = other.Name;
        Tensors = other.Tensors;
        Preprocessing = preprocessing;
        Padding = other.Padding;
        ClassCount = other.ClassCount;
        Sha256 = other.Sha256;
    }

    /// <summary>A short name for messages and metadata.</summary>
    public string Name { get; }

    /// <summary>The tensors by their torchvision names.</summary>
    public IReadOnlyDictionary<string, WeightTensor> Tensors { get; }

    /// <summary>How photos must be prepared.</summary>
    public ImagePreprocessing Preprocessing { get; }

    /// <summary>The padding that the network was trained with.</summary>
    public PaddingFlavor Padding { get; }

    /// <summary>Number of classes of the classifier, or null where the weights end at the features.</summary>
    public int? ClassCount { get; }

    /// <summary>The SHA-256 of the file that the tensors come from, in lower-case hex, or null where there is no file.</summary>
    public string? Sha256 { get; }

    /// <summary>The same weights with photos prepared another way, for example at another size.</summary>
    /// <param name="preprocessing">How photos are prepared.</param>
    /// <exception cref="ArgumentOutOfRangeException">A setting is not allowed; it is named.</exception>
    public MobileNetV2Weights WithPreprocessing(ImagePreprocessing preprocessing)
    {
        ArgumentNullException.ThrowIfNull(preprocessing);
        preprocessing.Validate();
        return new(this, preprocessing);
    }
}
