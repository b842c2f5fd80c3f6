namespace MLNet.MobileNetV2.FineTuning.Gradients;

/// <summary>
/// The shapes under which a graph sees one and the same memory: channels outermost, then samples, rows, columns. With channels
/// outermost a 1x1 convolution of a whole batch is one product of matrices, and nothing is ever transposed.
/// </summary>
internal enum MapForm
{
    /// <summary><c>[1, C, N x H, W]</c>: a 1x1 convolution over every sample at once.</summary>
    Map,

    /// <summary><c>[C, N x H x W]</c>.</summary>
    Matrix,

    /// <summary><c>[C, N, H x W]</c>.</summary>
    Planes,
}

/// <summary>A value of the graph that holds the maps of a micro-batch.</summary>
/// <param name="Name">Its name in the graph.</param>
/// <param name="Form">The shape that it has there.</param>
/// <param name="Channels">C.</param>
/// <param name="Side">H and W.</param>
internal readonly record struct MapValue(string Name, MapForm Form, int Channels, int Side)
{
    /// <summary>Whether it comes out of ReLU6; of a gradient, whether that has passed ReLU6 on its way back.</summary>
    public bool HasPassedReLU6 { get; init; }

    /// <summary>The layer whose batch norm and ReLU6 are still to be applied to it by what takes it; null for none.</summary>
    public TrainedLayer? Unfinished { get; init; }
}
