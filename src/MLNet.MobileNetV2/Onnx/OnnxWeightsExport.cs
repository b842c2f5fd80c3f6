using MLNet.MobileNetV2.Machine;
using MLNet.MobileNetV2.Onnx;

namespace MLNet.MobileNetV2;

/// <summary>Writes a network and its weights as an ONNX file, for any runtime.</summary>
public static class OnnxWeightsExport
{
    /// <summary>Writes the network as an ONNX file (opset 17), which replaces a file there in one step.</summary>
    /// <remarks>
    /// Input <c>pixels</c>: <c>[N, 3, size, size]</c>, 0..255, in the channel order of the preprocessing; normalisation is part of the
    /// graph. Outputs: <c>features</c>, <c>[N, 1280]</c> or as the tap says, and <c>logits</c>, <c>[N, classes]</c>, where the weights
    /// have a classifier and the features are those that it takes. Batch norm is as the weights have it. The metadata holds the
    /// preprocessing, the padding and the network's settings; <see cref="WeightsSource.FromFile(string)"/> reads the file back.
    /// </remarks>
    /// <param name="weights">The weights.</param>
    /// <param name="path">Where to.</param>
    /// <param name="tap">Where the features are taken. Default: null, those of the last convolution, averaged.</param>
    /// <exception cref="ArgumentException">The network has no such block as the tap names.</exception>
    public static void SaveOnnx(this MobileNetV2Weights weights, string path, FeatureTap? tap = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        byte[] file = Write(weights, tap);
        AtomicFile.Write(path, stream => stream.Write(file));
    }

    /// <summary>Writes the network as an ONNX file to a stream, which stays open.</summary>
    /// <param name="weights">The weights.</param>
    /// <param name="stream">Where to.</param>
    /// <param name="tap">Where the features are taken. Default: null, those of the last convolution, averaged.</param>
    /// <exception cref="ArgumentException">The network has no such block as the tap names.</exception>
    public static void SaveOnnx(this MobileNetV2Weights weights, Stream stream, FeatureTap? tap = null)
    {
        ArgumentNullException.ThrowIfNull(stream);
        stream.Write(Write(weights, tap));
    }

    private static byte[] Write(MobileNetV2Weights weights, FeatureTap? tap)
    {
        ArgumentNullException.ThrowIfNull(weights);
        bool hasLogits = weights.ClassCount is not null && (tap is null || tap == FeatureTap.Features);
        return InferenceGraph.Write(
            weights, hasLogits ? InferenceGraphOutputs.Features | InferenceGraphOutputs.Logits : InferenceGraphOutputs.Features, tap);
    }
}
