namespace MLNet.MobileNetV2.WeightsImport.Recognition;

/// <summary>A network as a weight file holds it.</summary>
/// <param name="Architecture">The layers, with the padding and the number of classes (0 where the file ends at the features).</param>
/// <param name="Tensors">The tensors by torchvision's names, batch norm folded or apart.</param>
/// <param name="BatchNormEpsilon">What batch norm adds to the variance, where it is apart.</param>
/// <param name="Preprocessing">How images are prepared, by the file or the project it comes from.</param>
internal sealed record NetworkContent(
    MobileNetV2Architecture Architecture,
    IReadOnlyDictionary<string, WeightTensor> Tensors,
    float BatchNormEpsilon,
    ImagePreprocessing Preprocessing);
