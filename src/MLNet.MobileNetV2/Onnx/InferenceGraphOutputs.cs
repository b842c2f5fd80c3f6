namespace MLNet.MobileNetV2.Onnx;

/// <summary>What an inference graph computes.</summary>
[Flags]
internal enum InferenceGraphOutputs
{
    /// <summary>The features: <c>[N, 1280]</c>, or as the tap says.</summary>
    Features = 1,

    /// <summary>The logits of the weights' own classifier: <c>[N, classes]</c>.</summary>
    Logits = 2,
}
