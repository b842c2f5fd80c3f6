namespace MLNet.MobileNetV2.WeightsImport.Graph;

/// <summary>A tensor on a path from the image, with that path. Each tensor has at most one, since one operator gives it.</summary>
internal sealed class GraphPoint
{
    private GraphPoint(GraphPointKind kind, int tensor, int channels, int side, GraphPoint? before)
    {
        Kind = kind;
        Tensor = tensor;
        Channels = channels;
        Side = side;
        Before = before;
        Convolutions = before?.Convolutions ?? 0;
        Blocks = before?.Blocks ?? 0;
        BlockInput = before?.BlockInput;
    }

    public GraphPointKind Kind { get; }

    public int Tensor { get; }

    public int Channels { get; }

    public int Side { get; }

    public GraphPoint? Before { get; }

    /// <summary>The convolution that leads here; null for the image, an addition and an average.</summary>
    public ConvolutionStep? Layer { get; private init; }

    /// <summary>The flavor that the convolution's padding implies; null where it fits both.</summary>
    public PaddingFlavor? Padding { get; private init; }

    /// <summary>Number of convolutions up to here.</summary>
    public int Convolutions { get; private init; }

    /// <summary>Number of complete inverted residuals up to here.</summary>
    public int Blocks { get; private init; }

    /// <summary>The input of the inverted residual that has begun.</summary>
    public GraphPoint? BlockInput { get; private init; }

    /// <summary>Whether a depthwise convolution takes it.</summary>
    public bool FeedsDepthwise { get; set; }

    /// <summary>Whether anything else takes it.</summary>
    public bool FeedsOther { get; set; }

    /// <summary>Whether an average over the whole map takes it.</summary>
    public bool IsPooled { get; set; }

    /// <summary>Why an average of it does not cover the whole map; null where there is no such average.</summary>
    public string? PoolProblem { get; set; }

    public static GraphPoint Image(int tensor, int side) => new(GraphPointKind.Image, tensor, 3, side, null);

    /// <summary>The output of a convolution of this tensor.</summary>
    public GraphPoint Convolve(ConvolutionStep step, GraphPointKind kind, PaddingFlavor? padding) =>
        new(kind, step.Output, step.Channels, ((Side - 1) / step.Stride) + 1, this)
        {
            Layer = step,
            Padding = padding,
            Convolutions = Convolutions + 1,
            Blocks = kind == GraphPointKind.BlockOutput && Kind == GraphPointKind.Filtered ? Blocks + 1 : Blocks,
            BlockInput = Kind == GraphPointKind.BlockOutput ? this : BlockInput,
        };

    /// <summary>The sum of this projection and the block's input.</summary>
    public GraphPoint AddBlockInput(int tensor) => new(GraphPointKind.BlockOutput, tensor, Channels, Side, this) { Blocks = Blocks + 1 };

    public GraphPoint Pool(int tensor) => new(GraphPointKind.Pooled, tensor, Channels, 1, Kind == GraphPointKind.Pooled ? Before : this);
}

/// <summary>A tensor's role in a MobileNetV2.</summary>
internal enum GraphPointKind
{
    Image,

    /// <summary>The output of the first convolution or of an inverted residual.</summary>
    BlockOutput,

    /// <summary>The output of a 1x1 convolution with ReLU6: an expansion, or the last convolution.</summary>
    Widened,

    /// <summary>The output of a depthwise convolution.</summary>
    Filtered,

    /// <summary>The output of a projection that awaits the addition of the block's input.</summary>
    Projected,

    /// <summary>The features: averaged over the image.</summary>
    Pooled,
}
