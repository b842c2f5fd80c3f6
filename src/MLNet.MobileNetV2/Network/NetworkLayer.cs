namespace MLNet.MobileNetV2;

/// <summary>One row of a <see cref="NetworkSummary"/>.</summary>
/// <param name="Name">Its kind and its number in the order of execution, for example <c>Conv2d-1</c>.</param>
/// <param name="OutputShape">Channels, height and width of its output for one image; features alone after the pooling.</param>
/// <param name="Parameters">Number of its trainable parameters.</param>
/// <param name="MultiplyAdds">Multiply-adds for one image; batch norm and activations are not counted.</param>
/// <param name="ActivationBytes">Bytes of its output in float32 for one image.</param>
public sealed record NetworkLayer(string Name, IReadOnlyList<int> OutputShape, long Parameters, long MultiplyAdds, long ActivationBytes);
