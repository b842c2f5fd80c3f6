namespace MLNet.MobileNetV2.FineTuning.Gradients;

/// <summary>
/// The shapes under which a graph sees one and the same memory: channels outermost, then samples, rows, columns. With channels
/// outermost a 1x1 convolution of a whole batch is one product of matrices, and nothing is ever transposed.
/// </summary>
internal enum MapForm
{
    /// <summary><c>[1, C, N x H, W]</c>: a 1x1 convolution over every sample at once.</summary>
    Map,

    /// <summary><c>[1, C x N, H, W]</c>: a depthwise convolution whose kernels are repeated for each sample.</summary>
    Wide,

    /// <summary><c>[C, N x H x W]</c>.</summary>
    Matrix,

    /// <summary><c>[C, N, H x W]</c>.</summary>
    Planes,

    /// <summary><c>[C, N, 1]</c>: one value for a whole plane.</summary>
    Averages,
}

/// <summary>A value of the graph that holds the maps of a micro-batch.</summary>
/// <param name="Name">Its name in the graph.</param>
/// <param name="Form">The shape that it has there.</param>
/// <param name="Channels">C.</param>
/// <param name="Side">H and W.</param>
internal readonly record struct MapValue(string Name, MapForm Form, int Channels, int Side);
