using MLNet.MobileNetV2.Images;
using MLNet.MobileNetV2.Network;
using MLNet.MobileNetV2.Weights;

namespace MLNet.MobileNetV2.Tests.Support;

/// <summary>MobileNetV2 as plain loops in double precision: slow, and plain enough to be read against the paper.</summary>
internal static class NaiveNetwork
{
    private sealed record Map(int Channels, int Side, double[] Values)
    {
        public double At(int channel, int row, int column) =>
            row < 0 || column < 0 || row >= Side || column >= Side ? 0 : Values[(((channel * Side) + row) * Side) + column];
    }

    /// <summary>The 1280 features of planar pixels 0..255.</summary>
    public static double[] Features(MobileNetV2Weights weights, float[] pixels)
    {
        int side = weights.Preprocessing.Size;
        ChannelValues mean = weights.Preprocessing.Mean;
        ChannelValues std = weights.Preprocessing.Std;
        double[] means = [mean.Red, mean.Green, mean.Blue];
        double[] stds = [std.Red, std.Green, std.Blue];
        if (weights.Preprocessing.ChannelOrder == ImageChannelOrder.Bgr)
        {
            Array.Reverse(means);
            Array.Reverse(stds);
        }

        int plane = side * side;
        var x = new Map(3, side, [.. pixels.Select((value, index) => (value - means[index / plane]) / stds[index / plane])]);
        x = Convolve(weights, MobileNetV2Architecture.Default.Stem, x);
        foreach (InvertedResidualBlock block in MobileNetV2Architecture.Default.Blocks)
        {
            Map expanded = block.Expansion is null ? x : Convolve(weights, block.Expansion, x);
            Map projected = Convolve(weights, block.Projection, Convolve(weights, block.Depthwise, expanded));
            x = block.HasShortcut ? projected with { Values = [.. projected.Values.Zip(x.Values, (a, b) => a + b)] } : projected;
        }

        Map last = Convolve(weights, MobileNetV2Architecture.Default.LastConvolution, x);
        return [.. last.Values.Chunk(last.Side * last.Side).Select(values => values.Average())];
    }

    private static Map Convolve(MobileNetV2Weights weights, ConvolutionLayer layer, Map input)
    {
        ReadOnlySpan<float> kernel = weights.Tensors[$"{layer.Name}.weight"].Values.Span;
        ReadOnlySpan<float> bias = weights.Tensors[$"{layer.Name}.bias"].Values.Span;
        int k = layer.KernelSize;
        int side = (int)Math.Ceiling((double)input.Side / layer.Stride);

        // What TensorFlow's documentation says of SAME: as much as the last step needs, the smaller half before.
        int same = Math.Max(((side - 1) * layer.Stride) + k - input.Side, 0);
        int before = weights.Padding == PaddingFlavor.TensorFlowSame ? same / 2 : k / 2;
        int inputsPerGroup = layer.InputChannels / layer.Groups;
        int outputsPerGroup = layer.OutputChannels / layer.Groups;
        double[] values = new double[layer.OutputChannels * side * side];
        int next = 0;
        for (int output = 0; output < layer.OutputChannels; output++)
        {
            int firstInput = output / outputsPerGroup * inputsPerGroup;
            for (int row = 0; row < side; row++)
            {
                for (int column = 0; column < side; column++)
                {
                    double sum = bias[output];
                    for (int c = 0; c < inputsPerGroup; c++)
                    {
                        for (int i = 0; i < k * k; i++)
                        {
                            sum += kernel[(((output * inputsPerGroup) + c) * k * k) + i] * input.At(
                                firstInput + c, (row * layer.Stride) - before + (i / k), (column * layer.Stride) - before + (i % k));
                        }
                    }

                    values[next++] = layer.HasReLU6 ? Math.Clamp(sum, 0, 6) : sum;
                }
            }
        }

        return new Map(layer.OutputChannels, side, values);
    }
}
