using MLNet.MobileNetV2.Validation;

namespace MLNet.MobileNetV2;

/// <summary>What a weight file does not say, or what its reader wants otherwise. Immutable and thread-safe.</summary>
public sealed class WeightsFileOptions
{
    /// <summary>
    /// How images must be prepared. Default: null, which takes the catalog's record for a file of the catalog, then the metadata of the
    /// file, then the normalisation within an ONNX graph (taken for pixels of 0..1 where mean and deviation are 1.5 at most, else of
    /// 0..255) or the quantisation of a TFLite graph's image, then what the project trains with whose names the tensors have:
    /// ImageNet's mean and deviation for torchvision, timm and graphs padded as PyTorch does, else the defaults of
    /// <see cref="ImagePreprocessing"/>. The size is the graph's own, else that of <see cref="Architecture"/>, else 224.
    /// </summary>
    public ImagePreprocessing? Preprocessing { get; init; }

    /// <summary>
    /// The padding that the weights were trained with. Default: null, which takes that of <see cref="Architecture"/>, then what the
    /// file's graph or metadata says, then the project's: symmetric for torchvision and timm, else TensorFlow's. In a graph whose stride-2
    /// layers all have odd sides both are the same, and symmetric is taken.
    /// </summary>
    public PaddingFlavor? Padding { get; init; }

    /// <summary>
    /// The network; its number of classes is the file's. Default: null, to detect it. Tensors without a graph do not hold strides: without
    /// metadata of this library, the paper's are taken.
    /// </summary>
    public MobileNetV2Architecture? Architecture { get; init; }

    /// <summary>
    /// What batch norm adds to the variance, where the file has batch norm apart. Default: null, which takes the file's or the project's.
    /// </summary>
    public float? BatchNormEpsilon { get; init; }

    /// <summary>Whether batch norm is folded when the file is read; null leaves it as the file has it. Default: folded.</summary>
    public BatchNormForm? BatchNorm { get; init; } = BatchNormForm.Folded;

    internal void Validate()
    {
        Preprocessing?.Validate();
        Require.Defined(Padding ?? default, nameof(Padding));
        Require.Defined(BatchNorm ?? default, nameof(BatchNorm));
        Require.That(
            BatchNormEpsilon is null || (BatchNormEpsilon > 0 && float.IsFinite(BatchNormEpsilon.Value)),
            BatchNormEpsilon,
            "a finite number above 0, or null");
    }
}
