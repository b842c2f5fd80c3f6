namespace MLNet.MobileNetV2.FineTuning.Gradients;

/// <summary>One trained tensor and its place in the buffer of all.</summary>
/// <param name="Name">Its name, as in <see cref="MobileNetV2Weights.Tensors"/>.</param>
/// <param name="Shape">Its dimensions, row-major.</param>
/// <param name="Offset">Where its values begin.</param>
/// <param name="Length">Number of its values.</param>
/// <param name="Kind">What it does.</param>
/// <param name="Depth">0 for the classifier, 1 for the last convolution, 2 for the last block, and so on up to the stem.</param>
internal sealed record TrainedTensor(
    string Name, IReadOnlyList<int> Shape, int Offset, int Length, TrainedTensorKind Kind, int Depth)
{
    /// <summary>Whether weight decay applies: not to scales, shifts and biases.</summary>
    public bool HasWeightDecay => Kind is TrainedTensorKind.Kernel or TrainedTensorKind.DepthwiseKernel or TrainedTensorKind.ClassifierKernel;

    /// <summary>The tensor's part of a buffer of all.</summary>
    public Span<float> In(Span<float> buffer) => buffer.Slice(Offset, Length);

    /// <summary>The tensor's part of a buffer of all.</summary>
    public ReadOnlySpan<float> In(ReadOnlySpan<float> buffer) => buffer.Slice(Offset, Length);
}
