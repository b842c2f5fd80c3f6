namespace MLNet.MobileNetV2.WeightsImport.Naming;

/// <summary>What the tensors of one network in a TensorFlow file are called; kernels are in TensorFlow's layouts there.</summary>
/// <param name="Layers">The names of its layers. A folded depthwise layer may have a scale left over, under the name of batch norm's.</param>
/// <param name="ClassifierKernel">The classifier's kernel, which is there or not.</param>
/// <param name="ClassifierBias">The classifier's bias.</param>
internal sealed record TensorFlowNames(TensorNaming Layers, string ClassifierKernel, string ClassifierBias)
{
    /// <summary>The beginnings of names that end in a text, which follows a slash or is the whole name; in ordinal order.</summary>
    public static IEnumerable<string> Prefixes(IReadOnlyDictionary<string, WeightTensor> tensors, string ending) => tensors.Keys
        .Where(name => name.EndsWith(ending, StringComparison.Ordinal))
        .Select(name => name[..^ending.Length])
        .Where(prefix => prefix is "" or [.., '/'])
        .Order(StringComparer.Ordinal);
}
