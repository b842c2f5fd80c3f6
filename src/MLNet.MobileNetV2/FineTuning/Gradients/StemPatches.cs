using MLNet.MobileNetV2.Onnx;

namespace MLNet.MobileNetV2.FineTuning.Gradients;

/// <summary>
/// Normalises pixels and lays each patch of the stem's 3x3 kernel out as a column, so that the stem is a product of matrices there and
/// back. Immutable and thread-safe.
/// </summary>
internal sealed class StemPatches
{
    private const int Kernel = 3;
    private const int Channels = 3;

    private readonly TrainedLayer _stem;
    private readonly float[] _mean;
    private readonly float[] _factor;

    public StemPatches(TrainedLayer stem, ImagePreprocessing preprocessing)
    {
        _stem = stem;
        _mean = InferenceGraph.InOrder(preprocessing.Mean, preprocessing.ChannelOrder);
        _factor = [.. InferenceGraph.InOrder(preprocessing.Std, preprocessing.ChannelOrder).Select(std => 1 / std)];
    }

    /// <summary>Lays out one sample of a micro-batch.</summary>
    /// <param name="pixels">3 x side x side values, 0..255.</param>
    /// <param name="sample">Its number in the micro-batch.</param>
    /// <param name="samples">Size of the micro-batch.</param>
    /// <param name="patches">Takes the samples' patches: 27, samples, rows, columns.</param>
    public void Place(ReadOnlySpan<float> pixels, int sample, int samples, Span<float> patches)
    {
        (int side, int outputSide) = (_stem.InputSide, _stem.OutputSide);
        int plane = outputSide * outputSide;
        for (int index = 0; index < Channels * Kernel * Kernel; index++)
        {
            int channel = index / (Kernel * Kernel);
            int kernelRow = index / Kernel % Kernel;
            int kernelColumn = index % Kernel;
            Span<float> target = patches.Slice(((index * samples) + sample) * plane, plane);
            for (int row = 0; row < outputSide; row++)
            {
                Span<float> line = target.Slice(row * outputSide, outputSide);
                int inputRow = (row * _stem.Layer.Stride) + kernelRow - _stem.PadBefore;
                if (inputRow < 0 || inputRow >= side)
                {
                    line.Clear();
                    continue;
                }

                PlaceLine(pixels.Slice(((channel * side) + inputRow) * side, side), kernelColumn - _stem.PadBefore, channel, line);
            }
        }
    }

    private void PlaceLine(ReadOnlySpan<float> source, int first, int channel, Span<float> line)
    {
        (float mean, float factor) = (_mean[channel], _factor[channel]);
        int stride = _stem.Layer.Stride;
        for (int column = 0; column < line.Length; column++)
        {
            int inputColumn = (column * stride) + first;
            line[column] = (uint)inputColumn < (uint)source.Length ? (source[inputColumn] - mean) * factor : 0;
        }
    }
}
