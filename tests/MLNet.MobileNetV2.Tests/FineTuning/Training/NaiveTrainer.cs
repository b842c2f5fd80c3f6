using MLNet.MobileNetV2.FineTuning.Training;
using MLNet.MobileNetV2.Network;

namespace MLNet.MobileNetV2.Tests.FineTuning.Training;

/// <summary>
/// The trained part of a network with folded batch norm as plain loops in double precision, whose gradients are central finite differences.
/// </summary>
internal sealed class NaiveTrainer
{
    private const double Difference = 1e-6;

    private readonly List<Layer> _layers = [];
    private readonly List<double[]> _maps = [];
    private readonly MobileNetV2Weights _weights;
    private readonly bool _isAll;
    private readonly int _inputSide;
    private BatchBuffers _batch = null!;

    public NaiveTrainer(MobileNetV2Weights weights, FineTuneBlocks blocks)
    {
        Assert.Equal(BatchNormForm.Folded, weights.BatchNorm);
        _weights = weights;
        _isAll = blocks.IsAll;
        int side = weights.Preprocessing.Size;
        int first = blocks.IsAll ? 0 : weights.Architecture.Blocks.Count - blocks.Count!.Value;
        Add(weights.Architecture.Stem, null, blocks.IsAll);
        foreach ((int number, InvertedResidualBlock block) in weights.Architecture.Blocks.Index())
        {
            int start = _layers.Count;
            foreach (ConvolutionLayer layer in block.Convolutions())
            {
                Add(layer, block.HasShortcut && layer == block.Projection ? start : null, number >= first);
            }
        }

        Add(weights.Architecture.LastConvolution, null, isTrained: true);
        _inputSide = _layers[0].Side;
        Keep("classifier.1");

        void Add(ConvolutionLayer layer, int? shortcut, bool isTrained)
        {
            if (isTrained)
            {
                Keep(layer.Name);
                int output = layer.OutputSide(side);
                int same = Math.Max(((output - 1) * layer.Stride) + layer.KernelSize - side, 0);
                int before = weights.Padding == PaddingFlavor.TensorFlowSame ? same / 2 : layer.KernelSize / 2;
                _layers.Add(new(layer, Tensors[$"{layer.Name}.weight"], Tensors[$"{layer.Name}.bias"], shortcut, side, output, before));
            }

            side = layer.OutputSide(side);
        }

        void Keep(string name)
        {
            foreach (string tensor in (string[])[$"{name}.weight", $"{name}.bias"])
            {
                Tensors[tensor] = [.. weights.Tensors[tensor].Values.ToArray().Select(value => (double)value)];
            }
        }
    }

    private sealed record Layer(
        ConvolutionLayer Shape, double[] Kernel, double[] Bias, int? Shortcut, int Side, int OutputSide, int Before);

    /// <summary>The tensors of the trained layers, biases included.</summary>
    public Dictionary<string, double[]> Tensors { get; } = new(StringComparer.Ordinal);

    /// <summary>The smallest distance of a value before ReLU6 from 0 and from 6 in the last pass.</summary>
    public double KinkDistance { get; private set; }

    /// <summary>The mean loss of a batch, and its gradient by each tensor of a name.</summary>
    public (double Loss, Dictionary<string, double[]> Gradient) Run(BatchBuffers batch, IEnumerable<string> trained)
    {
        _batch = batch;
        KinkDistance = double.MaxValue;
        _maps.Clear();
        _maps.Add(Load());
        foreach (Layer layer in _layers)
        {
            double[] output = new double[batch.Count * layer.Shape.OutputChannels * layer.OutputSide * layer.OutputSide];
            Convolve(layer, _maps[^1], output, null, watch: true);
            AddShortcut(layer, output, layer.Shortcut is { } start ? _maps[start] : null);
            _maps.Add(output);
        }

        double[] features = Features(_maps[^1]);
        Dictionary<string, double[]> gradient = trained.ToDictionary(name => name, name => Slopes(name, features), StringComparer.Ordinal);
        return (Loss(features), gradient);
    }

    private double[] Slopes(string name, double[] features)
    {
        double[] values = Tensors[name];
        int index = _layers.FindIndex(layer => layer.Kernel == values || layer.Bias == values);
        double[] slopes = new double[values.Length];
        for (int i = 0; i < values.Length; i++)
        {
            double start = values[i];
            int channel = index < 0 ? 0 : i / (values.Length / _layers[index].Shape.OutputChannels);
            values[i] = start + Difference;
            double above = Loss(index < 0 ? features : FeaturesFrom(index, channel));
            values[i] = start - Difference;
            double below = Loss(index < 0 ? features : FeaturesFrom(index, channel));
            values[i] = start;
            slopes[i] = (above - below) / (2 * Difference);
        }

        return slopes;
    }

    // One channel of one layer has changed: what is before it, and beside it, is as it was.
    private double[] FeaturesFrom(int index, int channel)
    {
        var changed = new double[_layers.Count + 1][];
        for (int i = index; i < _layers.Count; i++)
        {
            Layer layer = _layers[i];
            double[] output = i == index ? [.. _maps[i + 1]] : new double[_maps[i + 1].Length];
            Convolve(layer, i == index ? _maps[i] : changed[i], output, i == index ? channel : null, watch: false);
            AddShortcut(layer, output, layer.Shortcut is { } start ? changed[start] ?? _maps[start] : null, i == index ? channel : null);
            changed[i + 1] = output;
        }

        return Features(changed[^1]);
    }

    private double[] Load()
    {
        int plane = _inputSide * _inputSide;
        ChannelValues mean = _weights.Preprocessing.Mean, std = _weights.Preprocessing.Std;
        double[] means = [mean.Red, mean.Green, mean.Blue], stds = [std.Red, std.Green, std.Blue];
        int length = _layers[0].Shape.InputChannels * plane;
        return
        [
            .. _batch.Inputs.Take(_batch.Count * length)
                .Select((value, i) => _isAll ? (value - means[i / plane % 3]) / stds[i / plane % 3] : value),
        ];
    }

    private void Convolve(Layer layer, double[] input, double[] output, int? onlyChannel, bool watch)
    {
        (int k, int side, int outputSide) = (layer.Shape.KernelSize, layer.Side, layer.OutputSide);
        int channels = layer.Shape.OutputChannels;
        int inputs = layer.Shape.InputChannels / layer.Shape.Groups;
        for (int sample = 0; sample < _batch.Count; sample++)
        {
            for (int channel = onlyChannel ?? 0; channel <= (onlyChannel ?? (channels - 1)); channel++)
            {
                int first = (sample * layer.Shape.InputChannels) + (layer.Shape.IsDepthwise ? channel : 0);
                for (int row = 0; row < outputSide; row++)
                {
                    for (int column = 0; column < outputSide; column++)
                    {
                        double sum = layer.Bias[channel];
                        for (int c = 0; c < inputs; c++)
                        {
                            for (int i = 0; i < k * k; i++)
                            {
                                int y = (row * layer.Shape.Stride) - layer.Before + (i / k);
                                int x = (column * layer.Shape.Stride) - layer.Before + (i % k);
                                if (y >= 0 && x >= 0 && y < side && x < side)
                                {
                                    sum += layer.Kernel[(((channel * inputs) + c) * k * k) + i]
                                        * input[((((first + c) * side) + y) * side) + x];
                                }
                            }
                        }

                        if (watch && layer.Shape.HasReLU6)
                        {
                            KinkDistance = Math.Min(KinkDistance, Math.Min(Math.Abs(sum), Math.Abs(sum - 6)));
                        }

                        output[(((((sample * channels) + channel) * outputSide) + row) * outputSide) + column] =
                            layer.Shape.HasReLU6 ? Math.Clamp(sum, 0, 6) : sum;
                    }
                }
            }
        }
    }

    private static void AddShortcut(Layer layer, double[] output, double[]? input, int? onlyChannel = null)
    {
        int plane = layer.OutputSide * layer.OutputSide;
        for (int i = 0; input is not null && i < output.Length; i++)
        {
            output[i] += onlyChannel is null || i / plane % layer.Shape.OutputChannels == onlyChannel ? input[i] : 0;
        }
    }

    private double[] Features(double[] map)
    {
        int plane = map.Length / _batch.Count / _weights.FeatureCount;
        double[] features = new double[map.Length / plane];
        for (int i = 0; i < map.Length; i++)
        {
            features[i / plane] += map[i] / plane;
        }

        return features;
    }

    private double Loss(double[] features)
    {
        (double[] kernel, double[] bias) = (Tensors["classifier.1.weight"], Tensors["classifier.1.bias"]);
        (double loss, double total) = (0, 0);
        double[] logits = new double[bias.Length];
        int count = _weights.FeatureCount;
        for (int sample = 0; sample < _batch.Count; sample++)
        {
            for (int k = 0; k < logits.Length; k++)
            {
                logits[k] = bias[k];
                for (int i = 0; i < count; i++)
                {
                    double kept = _batch.Dropout.Length == 0 ? 1 : _batch.Dropout[(sample * count) + i];
                    logits[k] += kernel[(k * count) + i] * features[(sample * count) + i] * kept;
                }
            }

            double most = logits.Max();
            double normalizer = most + Math.Log(logits.Sum(logit => Math.Exp(logit - most)));
            for (int k = 0; k < logits.Length; k++)
            {
                loss -= _batch.Weights[sample] * _batch.Targets[(sample * logits.Length) + k] * (logits[k] - normalizer);
            }

            total += _batch.Weights[sample];
        }

        return loss / total;
    }
}
