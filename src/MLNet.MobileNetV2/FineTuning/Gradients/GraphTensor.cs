namespace MLNet.MobileNetV2.FineTuning.Gradients;

/// <summary>An input or output of a gradient graph.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Shape">Its dimensions.</param>
internal sealed record GraphTensor(string Name, long[] Shape)
{
    /// <summary>Number of its values.</summary>
    public int Length => checked((int)Shape.Aggregate(1L, (product, dimension) => product * dimension));
}
