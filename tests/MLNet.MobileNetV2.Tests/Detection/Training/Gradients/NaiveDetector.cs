using MLNet.MobileNetV2.Detection.Weights;
using MLNet.MobileNetV2.Network;
using MLNet.MobileNetV2.Network.Heads;

namespace MLNet.MobileNetV2.Tests.Detection.Training.Gradients;

/// <summary>A detector's forward pass as plain loops in double precision, from pixels to what its predictors give.</summary>
internal sealed class NaiveDetector(DetectionWeights weights)
{
    private sealed record Map(int Channels, int Side, double[] Values)
    {
        public double At(int channel, int row, int column) =>
            row < 0 || column < 0 || row >= Side || column >= Side ? 0 : Values[(((channel * Side) + row) * Side) + column];
    }

    /// <summary>The tensors, which may be changed.</summary>
    public Dictionary<string, double[]> Tensors { get; } = weights.Tensors.ToDictionary(
        tensor => tensor.Key, tensor => tensor.Value.Values.ToArray().Select(value => (double)value).ToArray());

    /// <summary>By class, without the background, and anchor, and by anchor: logits and offsets of planar pixels 0..255.</summary>
    public (double[][] Logits, double[][] Offsets) Run(ReadOnlySpan<float> pixels)
    {
        MobileNetV2Architecture architecture = weights.Architecture;
        var x = new Map(3, weights.Preprocessing.Size, [.. pixels.ToArray().Select(value => (value - 127.5) / 127.5)]);
        List<Map> maps = [];
        x = Convolve(architecture.Stem, x);
        foreach (InvertedResidualBlock block in architecture.Blocks)
        {
            Map input = x;
            foreach (ConvolutionLayer layer in block.Convolutions())
            {
                x = Convolve(layer, x);
                if (layer == architecture.Blocks[weights.Head.FirstTap.Block!.Value - 1].Expansion)
                {
                    maps.Add(x);
                }
            }

            x = block.HasShortcut ? x with { Values = [.. x.Values.Zip(input.Values, (a, b) => a + b)] } : x;
        }

        maps.Add(Convolve(architecture.LastConvolution, x));
        foreach (IReadOnlyList<ConvolutionLayer> extra in weights.Head.Extras)
        {
            maps.Add(extra.Aggregate(maps[^1], (map, layer) => Convolve(layer, map)));
        }

        int classes = weights.Labels.Count;
        List<double[]> logits = [];
        List<double[]> offsets = [];
        foreach ((Map map, SsdLitePredictor predictor) in maps.Zip(weights.Head.Predictors))
        {
            Map boxes = predictor.Boxes.Aggregate(map, (before, layer) => Convolve(layer, before));
            Map labels = predictor.Classes.Aggregate(map, (before, layer) => Convolve(layer, before));
            for (int cell = 0; cell < map.Side * map.Side; cell++)
            {
                for (int shape = 0; shape < predictor.BoxesPerCell; shape++)
                {
                    offsets.Add([.. Enumerable.Range(0, 4).Select(i => boxes.At((shape * 4) + i, cell / map.Side, cell % map.Side))]);
                    logits.Add(
                    [
                        .. Enumerable.Range(1, classes).Select(
                            i => labels.At((shape * (classes + 1)) + i, cell / map.Side, cell % map.Side)),
                    ]);
                }
            }
        }

        return ([.. Enumerable.Range(0, classes).Select(label => logits.Select(row => row[label]).ToArray())], [.. offsets]);
    }

    private Map Convolve(ConvolutionLayer layer, Map input)
    {
        double[] kernel = Tensors[$"{layer.Name}.weight"];
        double[] bias = Tensors[$"{layer.Name}.bias"];
        int k = layer.KernelSize;
        int side = (int)Math.Ceiling((double)input.Side / layer.Stride);
        int same = Math.Max(((side - 1) * layer.Stride) + k - input.Side, 0);
        int before = weights.Architecture.Padding == PaddingFlavor.TensorFlowSame ? same / 2 : k / 2;
        int inputs = layer.InputChannels / layer.Groups;
        double[] values = new double[layer.OutputChannels * side * side];
        for (int place = 0; place < values.Length; place++)
        {
            int output = place / (side * side);
            int first = output / (layer.OutputChannels / layer.Groups) * inputs;
            (int row, int column) = (place / side % side, place % side);
            double sum = bias[output];
            for (int i = 0; i < inputs * k * k; i++)
            {
                sum += kernel[(output * inputs * k * k) + i] * input.At(
                    first + (i / (k * k)), (row * layer.Stride) - before + (i / k % k), (column * layer.Stride) - before + (i % k));
            }

            values[place] = layer.HasReLU6 ? Math.Clamp(sum, 0, 6) : sum;
        }

        return new(layer.OutputChannels, side, values);
    }
}
