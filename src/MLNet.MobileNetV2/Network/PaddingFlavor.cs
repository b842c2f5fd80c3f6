namespace MLNet.MobileNetV2;

/// <summary>
/// How the 3x3 convolutions of stride 2 are padded. Weights work only with the padding that they were trained with:
/// the other one costs accuracy without an error.
/// </summary>
public enum PaddingFlavor
{
    /// <summary>TensorFlow and Keras ("SAME"): an even side gets no row or column before and one after, an odd side one on each side.</summary>
    TensorFlowSame,

    /// <summary>PyTorch: one row and column on every side.</summary>
    PyTorchSymmetric,
}
