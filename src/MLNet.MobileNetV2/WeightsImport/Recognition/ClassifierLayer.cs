using MLNet.MobileNetV2.WeightsImport.Graph;

namespace MLNet.MobileNetV2.WeightsImport.Recognition;

/// <summary>A classifier in a graph, as a dense layer or a 1x1 convolution.</summary>
/// <param name="Place">The operator in messages.</param>
/// <param name="ClassCount">Number of its classes.</param>
/// <param name="Weights">Reads kernel and bias.</param>
internal sealed record ClassifierLayer(string Place, int ClassCount, Func<LayerWeights> Weights);
