using MLNet.MobileNetV2.WeightsImport.Graph;

namespace MLNet.MobileNetV2.WeightsImport.Recognition;

/// <summary>A MobileNetV2 that was found in a graph.</summary>
/// <param name="Picture">The tensor that the first convolution takes.</param>
/// <param name="Layers">Its convolutions in the order in which they run.</param>
/// <param name="Found">Their channels and strides.</param>
/// <param name="Padding">Its padding at stride 2; null where the graph fits both.</param>
/// <param name="Classifier">The one layer between features and classes; null where there is none, or more than that.</param>
internal sealed record RecognizedNetwork(
    int Picture, IReadOnlyList<ConvolutionStep> Layers, FoundLayers Found, PaddingFlavor? Padding, ClassifierLayer? Classifier);
