namespace MLNet.MobileNetV2.WeightsImport.Graph;

/// <summary>A file's graph in the form that is recognised.</summary>
/// <param name="Source">The file's name for messages.</param>
/// <param name="FileLength">Bytes of the file: it has no more weights than that, whatever its shapes say.</param>
/// <param name="Side">Side of the image that it takes.</param>
/// <param name="Images">The tensors that hold the image, normalised or not.</param>
/// <param name="Steps">The operators, each after those whose results it takes.</param>
internal sealed record NetworkGraph(string Source, long FileLength, int Side, IReadOnlySet<int> Images, IReadOnlyList<GraphStep> Steps);

/// <summary>One operator of a file's graph. Tensors are numbers.</summary>
/// <param name="Place">The operator in messages, for example <c>operator 3 (Conv2D)</c>.</param>
/// <param name="Inputs">The tensors that it takes, without constants.</param>
/// <param name="Output">The tensor that it gives.</param>
internal abstract record GraphStep(string Place, IReadOnlyList<int> Inputs, int Output);

/// <summary>
/// A convolution, alone or with the bias, batch norm and activation that follow it: then the origin is the convolution's own output. The
/// kernel's shape is output channels, input channels a group, height, width; the weights are read when they are needed.
/// </summary>
internal sealed record ConvolutionStep(
    string Place,
    int Input,
    int Output,
    int Origin,
    IReadOnlyList<int> KernelShape,
    int Stride,
    int Groups,
    ConvolutionPadding Padding,
    OutputLimits Limits,
    Func<LayerWeights> Weights)
    : GraphStep(Place, [Input], Output)
{
    public int Channels => KernelShape[0];

    /// <summary>Distance between the values that the kernel takes.</summary>
    public int Dilation { get; init; } = 1;

    /// <summary>Whether the kernel is 3x3 and each channel has its own.</summary>
    public bool IsDepthwise => KernelShape is [_, 1, 3, 3] && Groups == Channels;
}

/// <summary>
/// A dense layer, alone or with the bias that follows it: then the origin is the multiplication's own output. The kernel's shape is
/// classes, features.
/// </summary>
internal sealed record DenseStep(
    string Place, int Input, int Output, int Origin, IReadOnlyList<int> KernelShape, Func<LayerWeights> Weights)
    : GraphStep(Place, [Input], Output);

/// <summary>Adds two tensors.</summary>
internal sealed record AdditionStep(string Place, int First, int Second, int Output) : GraphStep(Place, [First, Second], Output);

/// <summary>
/// Averages over squares of the map, or over all of it where the kernel's side is null. Gives a number of values for each image; null
/// where the file does not say.
/// </summary>
internal sealed record PoolStep(string Place, int Input, int Output, int? KernelSide = null, int? ResultCount = null)
    : GraphStep(Place, [Input], Output);

/// <summary>Gives the same values in another shape.</summary>
internal sealed record ReshapeStep(string Place, int Input, int Output) : GraphStep(Place, [Input], Output);

/// <summary>Puts tensors behind one another by their channels.</summary>
internal sealed record ConcatenationStep(string Place, IReadOnlyList<int> Inputs, int Output) : GraphStep(Place, Inputs, Output);

/// <summary>Resizes a map to another side, bilinearly with aligned corners.</summary>
internal sealed record ResizeStep(string Place, int Input, int Output, int Side) : GraphStep(Place, [Input], Output);

/// <summary>Turns a classifier's results into scores or a choice: softmax, sigmoid or the largest value.</summary>
internal sealed record ScoreStep(string Place, int Input, int Output) : GraphStep(Place, [Input], Output);

/// <summary>
/// An operator that MobileNetV2 does not have, or not in this form. The reason is a sentence that follows the place; null where the
/// operator itself is unknown.
/// </summary>
internal sealed record OtherStep(string Place, IReadOnlyList<int> Inputs, int Output, string? Reason = null)
    : GraphStep(Place, Inputs, Output);

/// <summary>The values of a convolution or a dense layer, outputs first.</summary>
internal sealed record LayerWeights(WeightTensor Kernel, float[]? Bias, ChannelNorm? Norm = null);

/// <summary>
/// Batch norm by channels: gamma x (value - mean) / sqrt(variance + epsilon) + beta. The epsilon is 0 for a scale and a shift alone.
/// </summary>
internal sealed record ChannelNorm(float[] Gamma, float[] Beta, float[] Mean, float[] Variance, float Epsilon);
