namespace MLNet.MobileNetV2.Network;

/// <summary>Follows one image through a network and records each layer's output and cost.</summary>
internal sealed class NetworkWalk
{
    private readonly List<NetworkLayer> _layers = [];
    private int _channels = 3;
    private int _side;

    public NetworkWalk(MobileNetV2Architecture architecture)
    {
        _side = architecture.Resolution;
        AsOneOperator(() => Convolve(architecture.Stem));
        foreach (InvertedResidualBlock block in architecture.Blocks)
        {
            AsOneOperator(() =>
            {
                foreach (ConvolutionLayer convolution in block.Convolutions())
                {
                    Convolve(convolution);
                }
            });
            Add("InvertedResidual", 0, 0, _channels, _side, _side);
        }

        AsOneOperator(() => Convolve(architecture.LastConvolution));
        if (architecture.NumClasses == 0)
        {
            return;
        }

        Add("Dropout", 0, 0, _channels);
        Add("Linear", (_channels + 1L) * architecture.NumClasses, (long)_channels * architecture.NumClasses, architecture.NumClasses);
    }

    public IReadOnlyList<NetworkLayer> Layers => _layers;

    public long PeakActivationBytes { get; private set; }

    private void AsOneOperator(Action walk)
    {
        long input = Values;
        walk();
        PeakActivationBytes = Math.Max(PeakActivationBytes, (input + Values) * sizeof(float));
    }

    private long Values => (long)_channels * _side * _side;

    private void Convolve(ConvolutionLayer layer)
    {
        _side = layer.OutputSide(_side);
        _channels = layer.OutputChannels;
        long kernel = (long)layer.OutputChannels * (layer.InputChannels / layer.Groups) * layer.KernelSize * layer.KernelSize;
        Add("Conv2d", kernel, kernel * _side * _side, _channels, _side, _side);
        Add("BatchNorm2d", 2L * _channels, 0, _channels, _side, _side);
        if (layer.HasReLU6)
        {
            Add("ReLU6", 0, 0, _channels, _side, _side);
        }
    }

    private void Add(string kind, long parameters, long multiplyAdds, params int[] shape) =>
        _layers.Add(new NetworkLayer($"{kind}-{_layers.Count + 1}", shape, parameters, multiplyAdds));
}
