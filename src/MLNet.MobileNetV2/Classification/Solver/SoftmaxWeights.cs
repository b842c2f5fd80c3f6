namespace MLNet.MobileNetV2.Classification.Solver;

/// <summary>A linear classifier: the score of a class is its weights times the features, plus its bias.</summary>
/// <param name="Weights">A weight for each feature, for each class.</param>
/// <param name="Biases">A bias for each class.</param>
internal sealed record SoftmaxWeights(float[][] Weights, float[] Biases);
