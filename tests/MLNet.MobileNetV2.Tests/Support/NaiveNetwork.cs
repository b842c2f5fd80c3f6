using MLNet.MobileNetV2.Network;

namespace MLNet.MobileNetV2.Tests.Support;

/// <summary>MobileNetV2 as plain loops in double precision: slow, and plain enough to be read against the paper.</summary>
internal static class NaiveNetwork
{
    private sealed record Map(int Channels, int Side, double[] Values)
    {
        public double At(int channel, int row, int column) =>
            row < 0 || column < 0 || row >= Side || column >= Side ? 0 : Values[(((channel * Side) + row) * Side) + column];
    }

    /// <summary>The features of planar pixels 0..255, averaged over the image.</summary>
    public static double[] Features(MobileNetV2Weights weights, float[] pixels) => Features(weights, pixels, FeatureTap.Features);

    /// <summary>The features of planar pixels 0..255 where a tap takes them.</summary>
    public static double[] Features(MobileNetV2Weights weights, float[] pixels, FeatureTap tap)
    {
        Map x = Convolve(weights, weights.Architecture.Stem, Normalize(weights.Preprocessing, pixels));
        foreach (InvertedResidualBlock block in weights.Architecture.Blocks.Take(tap.Block ?? int.MaxValue))
        {
            Map expanded = block.Expansion is null ? x : Convolve(weights, block.Expansion, x);
            if (tap.IsExpansion && block == weights.Architecture.Blocks[tap.Block!.Value - 1])
            {
                return expanded.Values;
            }

            Map projected = Convolve(weights, block.Projection, Convolve(weights, block.Depthwise, expanded));
            x = block.HasShortcut ? projected with { Values = [.. projected.Values.Zip(x.Values, (a, b) => a + b)] } : projected;
        }

        Map last = tap.Block is null ? Convolve(weights, weights.Architecture.LastConvolution, x) : x;
        return tap.IsPooled ? [.. last.Values.Chunk(last.Side * last.Side).Select(values => values.Average())] : last.Values;
    }

    private static Map Normalize(ImagePreprocessing preprocessing, float[] pixels)
    {
        (ChannelValues mean, ChannelValues std) = (preprocessing.Mean, preprocessing.Std);
        double[] means = [mean.Red, mean.Green, mean.Blue];
        double[] stds = [std.Red, std.Green, std.Blue];
        if (preprocessing.ChannelOrder == ImageChannelOrder.Bgr)
        {
            Array.Reverse(means);
            Array.Reverse(stds);
        }

        int plane = preprocessing.Size * preprocessing.Size;
        return new(3, preprocessing.Size, [.. pixels.Select((value, index) => (value - means[index / plane]) / stds[index / plane])]);
    }

    private static Map Convolve(MobileNetV2Weights weights, ConvolutionLayer layer, Map input)
    {
        ReadOnlySpan<float> kernel = weights.Tensors[$"{layer.Name}.weight"].Values.Span;
        (double[] scale, double[] shift) = BatchNorm(weights, layer);
        int k = layer.KernelSize;
        int side = (int)Math.Ceiling((double)input.Side / layer.Stride);

        // What TensorFlow's documentation says of SAME: as much as the last step needs, the smaller half before.
        int step = layer.Dilation;
        int covered = ((k - 1) * step) + 1;
        int same = Math.Max(((side - 1) * layer.Stride) + covered - input.Side, 0);
        int before = weights.Padding == PaddingFlavor.TensorFlowSame ? same / 2 : covered / 2;
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
                    double sum = 0;
                    for (int c = 0; c < inputsPerGroup; c++)
                    {
                        for (int i = 0; i < k * k; i++)
                        {
                            sum += kernel[(((output * inputsPerGroup) + c) * k * k) + i] * input.At(
                                firstInput + c,
                                (row * layer.Stride) - before + (i / k * step),
                                (column * layer.Stride) - before + (i % k * step));
                        }
                    }

                    double normalized = (sum * scale[output]) + shift[output];
                    values[next++] = layer.HasReLU6 ? Math.Clamp(normalized, 0, 6) : normalized;
                }
            }
        }

        return new Map(layer.OutputChannels, side, values);
    }

    // (x - mean) / sqrt(variance + epsilon) * gamma + beta; a folded one has left its bias alone.
    private static (double[] Scale, double[] Shift) BatchNorm(MobileNetV2Weights weights, ConvolutionLayer layer)
    {
        if (weights.BatchNorm == BatchNormForm.Folded)
        {
            double[] bias = Tensor($"{layer.Name}.bias");
            return ([.. bias.Select(_ => 1.0)], bias);
        }

        string name = layer.BatchNormName;
        double[] variance = Tensor($"{name}.running_var");
        double[] scale = [.. Tensor($"{name}.weight").Select((gamma, i) => gamma / Math.Sqrt(variance[i] + weights.BatchNormEpsilon))];
        double[] mean = Tensor($"{name}.running_mean");
        return (scale, [.. Tensor($"{name}.bias").Select((beta, i) => beta - (mean[i] * scale[i]))]);

        double[] Tensor(string tensor) => [.. weights.Tensors[tensor].Values.ToArray().Select(value => (double)value)];
    }
}
