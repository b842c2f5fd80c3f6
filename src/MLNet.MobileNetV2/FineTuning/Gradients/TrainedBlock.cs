namespace MLNet.MobileNetV2.FineTuning.Gradients;

/// <summary>Trained convolutions that follow each other: the stem, an inverted residual, or the last convolution.</summary>
/// <param name="Layers">The convolutions in order.</param>
/// <param name="HasShortcut">Whether the input is added to the output.</param>
internal sealed record TrainedBlock(IReadOnlyList<TrainedLayer> Layers, bool HasShortcut);
