namespace MLNet.MobileNetV2.Network;

/// <summary>Follows one image through a network and records each layer's output and cost.</summary>
internal sealed class NetworkWalk
{
    private readonly List<NetworkPart> _parts = [];
    private readonly List<NetworkLayer> _layers = [];
    private int _channels = 3;
    private int _side;

    /// <summary>Begins with an image of a side.</summary>
    public NetworkWalk(int side) => _side = side;

    public IReadOnlyList<NetworkLayer> Layers => _layers;

    /// <summary>The layers by the parts of the network.</summary>
    public IReadOnlyList<NetworkPart> Parts => _parts;

    public long PeakActivationBytes { get; private set; }

    private long Values => (long)_channels * _side * _side;

    /// <summary>Follows the stem, the blocks and, where it is asked for, the last convolution.</summary>
    public void Backbone(MobileNetV2Architecture architecture, bool withLastConvolution = true)
    {
        Begin("Backbone");
        Convolve(architecture.Stem);
        foreach (InvertedResidualBlock block in architecture.Blocks)
        {
            AsOneOperator(() =>
            {
                foreach (ConvolutionLayer convolution in block.Convolutions())
                {
                    Run(convolution);
                }
            });
            Add("InvertedResidual", 0, 0, _channels, _side, _side);
        }

        if (withLastConvolution)
        {
            Convolve(architecture.LastConvolution);
        }
    }

    /// <summary>Follows the network's own classifier, if it has one.</summary>
    public void Classify(MobileNetV2Architecture architecture)
    {
        if (architecture.NumClasses > 0)
        {
            Begin("Classifier");
            Add("Dropout", 0, 0, _channels);
            Add("Linear", (_channels + 1L) * architecture.NumClasses, (long)_channels * architecture.NumClasses, architecture.NumClasses);
        }
    }

    /// <summary>Begins a part of the network.</summary>
    public void Begin(string part) => _parts.Add(new(part, []));

    /// <summary>The shape of the map at which the walk is: channels, height and width.</summary>
    public IReadOnlyList<int> Map => [_channels, _side, _side];

    /// <summary>Goes back to a map, or to another one.</summary>
    public void GoTo(IReadOnlyList<int> map) => (_channels, _side) = (map[0], map[^1]);

    /// <summary>Follows convolutions in order.</summary>
    public void Convolve(params IEnumerable<ConvolutionLayer> layers)
    {
        foreach (ConvolutionLayer layer in layers)
        {
            AsOneOperator(() => Run(layer));
        }
    }

    /// <summary>Averages each channel to one value.</summary>
    public void Pool() => Change("AvgPool2d", _channels, 1);

    /// <summary>Resizes the map.</summary>
    public void Resize(int side) => Change("Upsample", _channels, side);

    /// <summary>Puts maps of the same side behind each other.</summary>
    public void Concatenate(IReadOnlyList<int> other)
    {
        GoTo([_channels + other[0], _side, _side]);
        Change("Concat", _channels, _side);
    }

    private void Change(string kind, int channels, int side)
    {
        AsOneOperator(() => (_channels, _side) = (channels, side));
        Add(kind, 0, 0, _channels, _side, _side);
    }

    private void AsOneOperator(Action walk)
    {
        long input = Values;
        walk();
        PeakActivationBytes = Math.Max(PeakActivationBytes, (input + Values) * sizeof(float));
    }

    private void Run(ConvolutionLayer layer)
    {
        _side = layer.OutputSide(_side);
        _channels = layer.OutputChannels;
        long kernel = (long)layer.OutputChannels * (layer.InputChannels / layer.Groups) * layer.KernelSize * layer.KernelSize;
        Add("Conv2d", kernel + (layer.HasBatchNorm ? 0 : _channels), kernel * _side * _side, _channels, _side, _side);
        if (layer.HasBatchNorm)
        {
            Add("BatchNorm2d", 2L * _channels, 0, _channels, _side, _side);
        }

        if (layer.Activation != Activation.None)
        {
            Add($"{layer.Activation}", 0, 0, _channels, _side, _side);
        }
    }

    private void Add(string kind, long parameters, long multiplyAdds, params int[] shape)
    {
        _layers.Add(new NetworkLayer($"{kind}-{_layers.Count + 1}", shape, parameters, multiplyAdds));
        _parts[^1].Layers.Add(_layers[^1]);
    }
}

/// <summary>Layers of a network that belong together: backbone, classifier, or a part of a head.</summary>
internal sealed record NetworkPart(string Name, List<NetworkLayer> Layers)
{
    public long Parameters => Layers.Sum(layer => layer.Parameters);

    public long MultiplyAdds => Layers.Sum(layer => layer.MultiplyAdds);
}
