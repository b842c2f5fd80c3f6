namespace MLNet.MobileNetV2.WeightsImport.Recognition;

/// <summary>How images are prepared where a file does not say: as in the project that pads like it.</summary>
internal static class DefaultPreprocessing
{
    // ImageNet's mean and deviation, as PyTorch's projects use them, on the scale 0..255.
    private static readonly ImagePreprocessing s_pyTorch = new()
    {
        Mean = new(0.485f * 255, 0.456f * 255, 0.406f * 255),
        Std = new(0.229f * 255, 0.224f * 255, 0.225f * 255),
    };

    private static readonly ImagePreprocessing s_tensorFlow = new();

    /// <summary>The record for a padding and a side of the image; null for 224.</summary>
    public static ImagePreprocessing For(PaddingFlavor padding, int? size = null)
    {
        ImagePreprocessing usual = padding == PaddingFlavor.PyTorchSymmetric ? s_pyTorch : s_tensorFlow;
        return size is { } side ? usual with { Size = side } : usual;
    }
}
