namespace MLNet.MobileNetV2.FineTuning.Gradients;

/// <summary>How the values of a sample lie in a batch, and where they go in a gradient graph. Immutable and thread-safe.</summary>
/// <param name="Inputs">The graph's inputs that a sample is made of, one after another.</param>
/// <param name="TargetMap">Shape of the map that a target is; null for any other values.</param>
/// <param name="FeatureCount">Number of features, which dropout acts on; 0 where nothing is dropped.</param>
internal sealed record SampleLayout(IReadOnlyList<SampleInput> Inputs, IReadOnlyList<int>? TargetMap = null, int FeatureCount = 0)
{
    /// <summary>Values of one sample.</summary>
    public int InputLength => Inputs.Sum(input => input.Length);

    /// <summary>Whether a graph's input is filled with samples, and not with weights.</summary>
    public bool Has(string name) =>
        name is GraphNames.Targets or GraphNames.Weights or GraphNames.Dropout || Inputs.Any(input => input.Name == name);
}

/// <summary>An input of a gradient graph that takes samples.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Shape">Shape of one sample: a map of channels x height x width, or a vector.</param>
internal sealed record SampleInput(string Name, IReadOnlyList<int> Shape)
{
    /// <summary>Values of one sample.</summary>
    public int Length => Shape.Aggregate((product, dimension) => product * dimension);
}
