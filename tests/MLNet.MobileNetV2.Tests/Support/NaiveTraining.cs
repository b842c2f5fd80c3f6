using MLNet.MobileNetV2.FineTuning.Gradients;
using MLNet.MobileNetV2.Network;

namespace MLNet.MobileNetV2.Tests.Support;

/// <summary>
/// The forward pass of training as plain loops in double precision, from a block's input (or the pixels) to the loss: what finite
/// differences are taken of.
/// </summary>
internal sealed class NaiveTraining
{
    private readonly MobileNetV2Weights _weights;
    private readonly FineTuneBlocks _blocks;
    private readonly BatchNormTraining _batchNorm;
    private readonly UnitRange? _units;

    public NaiveTraining(MobileNetV2Weights weights, FineTuneBlocks blocks, BatchNormTraining batchNorm, UnitRange? units = null)
    {
        _units = units;
        _weights = weights.WithBatchNorm(batchNorm == BatchNormTraining.Frozen ? BatchNormForm.Folded : BatchNormForm.Apart);
        _blocks = blocks;
        _batchNorm = batchNorm;
        Tensors = _weights.Tensors.ToDictionary(t => t.Key, t => t.Value.Values.ToArray().Select(v => (double)v).ToArray());
    }

    private sealed record Maps(int Channels, int Samples, int Side, double[] Values)
    {
        public double At(int channel, int sample, int row, int column) => row < 0 || column < 0 || row >= Side || column >= Side
            ? 0
            : Values[(((((channel * Samples) + sample) * Side) + row) * Side) + column];
    }

    /// <summary>The tensors, which may be changed.</summary>
    public Dictionary<string, double[]> Tensors { get; }

    /// <summary>Biased mean and variance of each layer's sums in the last pass.</summary>
    public Dictionary<string, (double[] Mean, double[] Variance)> Statistics { get; } = [];

    /// <summary>The smallest distance of a value before ReLU6 from 0 and from 6 in the last pass.</summary>
    public double KinkDistance { get; private set; }

    /// <summary>Moves biases so that every value before ReLU6 keeps a distance from its kinks, and returns weights with them.</summary>
    public MobileNetV2Weights MoveFromKinks(float[] inputs, int samples, int side)
    {
        var random = new Random(7);
        _nudge = (name, values) =>
        {
            int length = values.Length / Tensors[name].Length;
            for (int channel = 0; channel < Tensors[name].Length; channel++)
            {
                double[] own = [.. values.Skip(channel * length).Take(length)];
                float start = (float)Tensors[name][channel];
                float moved = start;
                for (int attempt = 0; own.Any(v => Distance(v + moved - start) < 2e-3); attempt++)
                {
                    Assert.True(attempt < 10000, "No bias keeps all values away from the kinks.");
                    moved = start + (float)((random.NextDouble() - 0.5) * 0.4);
                }

                Tensors[name][channel] = moved;
                for (int i = 0; i < length; i++)
                {
                    values[(channel * length) + i] += moved - start;
                }
            }
        };
        Features(inputs, samples, side);
        _nudge = null;
        return new(
            _weights.Name,
            _weights.Architecture,
            Tensors.ToDictionary(t => t.Key, t => new WeightTensor(_weights.Tensors[t.Key].Shape, t.Value.Select(v => (float)v).ToArray())),
            _weights.Preprocessing,
            batchNormEpsilon: _weights.BatchNormEpsilon);
    }

    private Action<string, double[]>? _nudge;

    /// <summary>The outputs: logits, or features without a classifier.</summary>
    public double[][] Outputs(float[] inputs, int samples, int side, float[]? dropout = null) =>
        Both(inputs, samples, side, dropout).Outputs;

    /// <summary>The outputs and the features that they are made of.</summary>
    public (double[][] Outputs, double[][] Features) Both(float[] inputs, int samples, int side, float[]? dropout)
    {
        double[][] features = Features(inputs, samples, side);
        int count = features[0].Length;
        if (dropout is not null)
        {
            features = [.. features.Select((row, n) => row.Select((v, i) => v * dropout[(n * count) + i]).ToArray())];
        }

        if (_units is not null || _weights.ClassCount is not { } classes)
        {
            return (features, features);
        }

        (double[] kernel, double[] bias) = (Tensors["classifier.1.weight"], Tensors["classifier.1.bias"]);
        return (
            [.. features.Select(row => Enumerable.Range(0, classes)
                .Select(k => bias[k] + row.Select((v, i) => v * kernel[(k * count) + i]).Sum()).ToArray())],
            features);
    }

    /// <summary>Weighted loss of each sample, summed.</summary>
    public static double Loss(double[][] outputs, float[] targets, float[] weights, bool isCrossEntropy)
    {
        double sum = 0;
        for (int n = 0; n < outputs.Length; n++)
        {
            double[] row = outputs[n];
            double total = Math.Log(row.Sum(v => Math.Exp(v - row.Max()))) + row.Max();
            double loss = isCrossEntropy
                ? row.Select((v, k) => -targets[(n * row.Length) + k] * (v - total)).Sum()
                : row.Select((v, k) => Math.Pow(v - targets[(n * row.Length) + k], 2)).Average();
            sum += weights[n] * loss;
        }

        return sum;
    }

    private static double Distance(double value) => Math.Min(Math.Abs(value), Math.Abs(value - 6));

    private double[][] Features(float[] inputs, int samples, int side)
    {
        KinkDistance = double.MaxValue;
        MobileNetV2Architecture network = _weights.Architecture;
        int first = _blocks.IsAll ? 0 : network.Blocks.Count - _blocks.Count!.Value;
        if (_blocks == FineTuneBlocks.HeadOnly)
        {
            return [.. inputs.Chunk(inputs.Length / samples).Select(row => row.Select(v => (double)v).ToArray())];
        }

        Maps x = Load(inputs, samples, side);
        if (_units is { } range)
        {
            return Map(range, x);
        }

        x = _blocks.IsAll ? Layer(network.Stem, x) : x;
        foreach (InvertedResidualBlock block in network.Blocks.Skip(first))
        {
            x = Block(block, x);
        }

        x = Layer(network.LastConvolution, x);
        double[] averages = [.. x.Values.Chunk(x.Side * x.Side).Select(plane => plane.Average())];
        return
        [
            .. Enumerable.Range(0, samples).Select(n => Enumerable.Range(0, x.Channels).Select(c => averages[(c * samples) + n]).ToArray()),
        ];
    }

    // The map behind a range of units, all of a sample's values together.
    private double[][] Map(UnitRange range, Maps x)
    {
        MobileNetV2Architecture network = _weights.Architecture;
        for (int unit = range.First; unit <= range.Last; unit++)
        {
            x = unit == 0 ? Layer(network.Stem, x)
                : unit <= network.Blocks.Count ? Block(network.Blocks[unit - 1], x)
                : Layer(network.LastConvolution, x);
        }

        int plane = x.Side * x.Side;
        return
        [
            .. Enumerable.Range(0, x.Samples).Select(n => Enumerable.Range(0, x.Channels)
                .SelectMany(c => x.Values.Skip(((c * x.Samples) + n) * plane).Take(plane)).ToArray()),
        ];
    }

    private Maps Block(InvertedResidualBlock block, Maps x)
    {
        Maps y = block.Convolutions().Aggregate(x, (input, layer) => Layer(layer, input));
        return block.HasShortcut ? y with { Values = [.. y.Values.Zip(x.Values, (a, b) => a + b)] } : y;
    }

    private Maps Load(float[] inputs, int samples, int side)
    {
        int plane = side * side;
        int channels = inputs.Length / samples / plane;
        ImagePreprocessing preprocessing = _weights.Preprocessing;
        ChannelValues mean = preprocessing.Mean, std = preprocessing.Std;
        double[] means = [mean.Red, mean.Green, mean.Blue], stds = [std.Red, std.Green, std.Blue];
        if (preprocessing.ChannelOrder == ImageChannelOrder.Bgr)
        {
            Array.Reverse(means);
            Array.Reverse(stds);
        }

        double[] values = new double[inputs.Length];
        for (int i = 0; i < inputs.Length; i++)
        {
            (int sample, int channel, int at) = (i / plane / channels, i / plane % channels, i % plane);
            bool isPixel = _units is { } range ? range.First == 0 : _blocks.IsAll;
            double value = isPixel ? (inputs[i] - means[channel]) / stds[channel] : inputs[i];
            values[(((channel * samples) + sample) * plane) + at] = value;
        }

        return new(channels, samples, side, values);
    }

    private Maps Layer(ConvolutionLayer layer, Maps input)
    {
        Maps x = Convolve(layer, input);
        int length = x.Samples * x.Side * x.Side;
        string shift = _batchNorm == BatchNormTraining.Frozen ? $"{layer.Name}.bias" : $"{layer.BatchNormName}.bias";
        double[] values = x.Values;
        for (int c = 0; c < x.Channels; c++)
        {
            Span<double> own = values.AsSpan(c * length, length);
            (double mean, double factor) = Norm(layer, c, own, length);
            for (int i = 0; i < length; i++)
            {
                own[i] = ((own[i] - mean) * factor) + Tensors[shift][c];
            }
        }

        if (!layer.HasReLU6)
        {
            return x;
        }

        _nudge?.Invoke(shift, values);
        KinkDistance = Math.Min(KinkDistance, values.Min(Distance));
        return x with { Values = [.. values.Select(v => Math.Clamp(v, 0, 6))] };
    }

    private (double Mean, double Factor) Norm(ConvolutionLayer layer, int channel, ReadOnlySpan<double> values, int length)
    {
        if (_batchNorm == BatchNormTraining.Frozen)
        {
            return (0, 1);
        }

        string name = layer.BatchNormName;
        double mean = Tensors[$"{name}.running_mean"][channel];
        double variance = Tensors[$"{name}.running_var"][channel];
        if (_batchNorm == BatchNormTraining.BatchStatistics)
        {
            double[] own = values.ToArray();
            mean = own.Average();
            variance = own.Sum(v => (v - mean) * (v - mean)) / length;
            if (!Statistics.TryGetValue(layer.Name, out (double[] Mean, double[] Variance) known))
            {
                Statistics[layer.Name] = known = (new double[layer.OutputChannels], new double[layer.OutputChannels]);
            }

            (known.Mean[channel], known.Variance[channel]) = (mean, variance);
        }

        return (mean, Tensors[$"{name}.weight"][channel] / Math.Sqrt(variance + _weights.BatchNormEpsilon));
    }

    private Maps Convolve(ConvolutionLayer layer, Maps input)
    {
        double[] kernel = Tensors[$"{layer.Name}.weight"];
        int k = layer.KernelSize;
        int side = (int)Math.Ceiling((double)input.Side / layer.Stride);
        int same = Math.Max(((side - 1) * layer.Stride) + k - input.Side, 0);
        int before = _weights.Padding == PaddingFlavor.TensorFlowSame ? same / 2 : k / 2;
        int inputs = layer.InputChannels / layer.Groups;
        double[] values = new double[layer.OutputChannels * input.Samples * side * side];
        int next = 0;
        for (int output = 0; output < layer.OutputChannels; output++)
        {
            int first = layer.IsDepthwise ? output : 0;
            for (int position = 0; position < input.Samples * side * side; position++)
            {
                (int sample, int row, int column) = (position / (side * side), position / side % side, position % side);
                double sum = 0;
                for (int c = 0; c < inputs; c++)
                {
                    for (int i = 0; i < k * k; i++)
                    {
                        sum += kernel[(((output * inputs) + c) * k * k) + i] * input.At(
                            first + c, sample, (row * layer.Stride) - before + (i / k), (column * layer.Stride) - before + (i % k));
                    }
                }

                values[next++] = sum;
            }
        }

        return new(layer.OutputChannels, input.Samples, side, values);
    }
}
