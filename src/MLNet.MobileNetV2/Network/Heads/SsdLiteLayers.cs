namespace MLNet.MobileNetV2.Network.Heads;

/// <summary>The convolutions of SSDLite on a network. Immutable and thread-safe.</summary>
/// <remarks>
/// Names: <c>extra.2.0.0</c>, layer 0 to 2 of the extra layers that give map 2; <c>boxes.2.0.0</c> and <c>boxes.2.1</c>, the depthwise
/// and the 1x1 convolution of a predictor on it; <c>classes.2.0.0</c> and so on.
/// </remarks>
internal sealed class SsdLiteLayers
{
    /// <summary>Values of one box: the offsets of its centre, height and width, in that order.</summary>
    public const int BoxValues = 4;

    private static readonly int[] s_extraChannels = [512, 256, 256, 128];
    private static readonly int[] s_boxesPerCell = [3, 6, 6, 6, 6, 6];

    /// <summary>Lays a head of a number of classes, without the background, on a network.</summary>
    /// <exception cref="ArgumentException">The network does not have the maps.</exception>
    public SsdLiteLayers(MobileNetV2Architecture architecture, int classes)
    {
        FirstTap = Tap(architecture);
        int first = architecture.Blocks[FirstTap.Block!.Value - 1].Depthwise.InputChannels;
        int input = architecture.FeatureCount;
        List<int> channels = [first, input];
        List<IReadOnlyList<ConvolutionLayer>> extras = [];
        foreach (int unscaled in s_extraChannels)
        {
            string name = $"extra.{channels.Count}";
            (int inner, int output) = (architecture.Scale(unscaled / 2), architecture.Scale(unscaled));
            extras.Add(
            [
                new($"{name}.0.0", input, inner, 1, 1, 1, Activation.ReLU6),
                new($"{name}.1.0", inner, inner, 3, 2, inner, Activation.ReLU6),
                new($"{name}.2.0", inner, output, 1, 1, 1, Activation.ReLU6),
            ]);
            channels.Add(input = output);
        }

        Extras = extras;
        Predictors =
        [
            .. s_boxesPerCell.Select((boxes, map) => new SsdLitePredictor(
                boxes,
                Separable($"boxes.{map}", channels[map], boxes * BoxValues),
                Separable($"classes.{map}", channels[map], boxes * (classes + 1)))),
        ];
    }

    /// <summary>The expansion of the last block of stride 2: the first map. The last convolution's output is the second.</summary>
    public FeatureTap FirstTap { get; }

    /// <summary>The layers that give each further map from the one before: 1x1, 3x3 depthwise at stride 2, 1x1.</summary>
    public IReadOnlyList<IReadOnlyList<ConvolutionLayer>> Extras { get; }

    /// <summary>The predictors of each map.</summary>
    public IReadOnlyList<SsdLitePredictor> Predictors { get; }

    /// <summary>Every layer, in the order of the maps: first those that give maps, then the predictors.</summary>
    public IEnumerable<ConvolutionLayer> Convolutions() =>
        [.. Extras.SelectMany(extra => extra), .. Predictors.SelectMany(predictor => predictor.Boxes.Concat(predictor.Classes))];

    private static FeatureTap Tap(MobileNetV2Architecture architecture)
    {
        if (!architecture.HasOwnStrides)
        {
            throw new ArgumentException(
                "SSDLite takes maps that are 16 and 32 times smaller than the image; the network's output stride is "
                + $"{architecture.OutputStride}, and must be 32.");
        }

        int last = architecture.Blocks.Count - 1;
        while (last >= 0 && architecture.Blocks[last].Depthwise.Stride == 1)
        {
            last--;
        }

        bool isThere = last >= 0 && architecture.Blocks[last].Expansion is not null;
        return isThere ? FeatureTap.ExpansionOf(last + 1) : throw new ArgumentException(
            "SSDLite takes the expansion of the last block of stride 2, and the network's stage table gives "
            + $"{(last < 0 ? "no such block" : $"block {last + 1} no expansion")}.");
    }

    private static ConvolutionLayer[] Separable(string name, int channels, int outputs) =>
    [
        new($"{name}.0.0", channels, channels, 3, 1, channels, Activation.ReLU6),
        new($"{name}.1", channels, outputs, 1, 1, 1, Activation.None) { HasBatchNorm = false },
    ];
}

/// <summary>What SSDLite makes of one map: a depthwise and a 1x1 convolution for the boxes, and two for their classes.</summary>
/// <param name="BoxesPerCell">Boxes of each place of the map.</param>
/// <param name="Boxes">Channels of the result: <see cref="BoxesPerCell"/> x 4.</param>
/// <param name="Classes">Channels of the result: <see cref="BoxesPerCell"/> x (1 + classes), the background first.</param>
internal sealed record SsdLitePredictor(int BoxesPerCell, IReadOnlyList<ConvolutionLayer> Boxes, IReadOnlyList<ConvolutionLayer> Classes);
