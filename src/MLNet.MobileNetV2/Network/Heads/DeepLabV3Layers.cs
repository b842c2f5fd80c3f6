namespace MLNet.MobileNetV2.Network.Heads;

/// <summary>
/// The convolutions of DeepLabv3's reduced head on a network, all 1x1 and as wide at any width of the backbone. Immutable and thread-safe.
/// </summary>
internal sealed class DeepLabV3Layers
{
    private const int Channels = 256;

    /// <summary>Lays a head of a number of classes, with the background, on a network.</summary>
    public DeepLabV3Layers(MobileNetV2Architecture architecture, int classes)
    {
        Tap = new(architecture.Blocks.Count, IsPooled: false);
        int input = architecture.Blocks[^1].Projection.OutputChannels;
        Pooling = new("pooling.0", input, Channels, 1, 1, 1, Activation.ReLU);
        Pointwise = new("pointwise.0", input, Channels, 1, 1, 1, Activation.ReLU);
        Projection = new("projection.0", 2 * Channels, Channels, 1, 1, 1, Activation.ReLU);
        Logits = new("logits.0", Channels, classes, 1, 1, 1, Activation.None) { HasBatchNorm = false };
    }

    /// <summary>The map that the head takes: the output of the last block.</summary>
    public FeatureTap Tap { get; }

    /// <summary>The branch of the whole image, on the map's average; its result is resized to the map.</summary>
    public ConvolutionLayer Pooling { get; }

    /// <summary>The branch of each place of the map.</summary>
    public ConvolutionLayer Pointwise { get; }

    /// <summary>Takes both branches, that of the whole image first.</summary>
    public ConvolutionLayer Projection { get; }

    /// <summary>Gives the score of each class, which is resized to the image.</summary>
    public ConvolutionLayer Logits { get; }
}
