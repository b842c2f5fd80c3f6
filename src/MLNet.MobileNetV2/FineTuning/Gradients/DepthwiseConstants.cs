namespace MLNet.MobileNetV2.FineTuning.Gradients;

/// <summary>Puts a depthwise layer's kernels and biases into a graph, each as often as there are samples.</summary>
internal static class DepthwiseConstants
{
    private const int KernelArea = 9;

    /// <summary>Replaces the constants of one layer.</summary>
    public static void Set(GradientGraph graph, DepthwiseStep step, PreparedWeights weights)
    {
        ReadOnlySpan<float> kernel = weights[step.Layer.Names.Kernel].Span;
        graph.Builder.SetConstant(GraphNames.Repeated(step.Layer.Names.Kernel), Repeat(kernel, KernelArea, graph.Samples));
        if (graph.HasBiases)
        {
            ReadOnlySpan<float> bias = weights[step.Layer.Names.Bias].Span;
            graph.Builder.SetConstant(GraphNames.Repeated(step.Layer.Names.Bias), Repeat(bias, 1, graph.Samples));
        }

        if (step.HasFlipped)
        {
            float[] flipped = kernel.ToArray();
            for (int start = 0; start < flipped.Length; start += KernelArea)
            {
                flipped.AsSpan(start, KernelArea).Reverse();
            }

            graph.Builder.SetConstant(GraphNames.Flipped(step.Layer.Names.Kernel), Repeat(flipped, KernelArea, graph.Samples));
        }
    }

    private static float[] Repeat(ReadOnlySpan<float> values, int size, int times)
    {
        float[] repeated = new float[values.Length * times];
        for (int start = 0; start < values.Length; start += size)
        {
            for (int i = 0; i < times; i++)
            {
                values.Slice(start, size).CopyTo(repeated.AsSpan((start * times) + (i * size)));
            }
        }

        return repeated;
    }
}

/// <summary>A depthwise convolution of a gradient graph.</summary>
/// <param name="Layer">The layer.</param>
/// <param name="InputName">The graph's output, or its input, with the layer's input.</param>
/// <param name="GradientName">The graph's output with the gradient of the convolution's result.</param>
/// <param name="HasInputGradient">Whether the graph goes on to layers before it.</param>
internal sealed record DepthwiseStep(TrainedLayer Layer, string InputName, string GradientName, bool HasInputGradient)
{
    /// <summary>Whether the graph holds the kernels turned by 180 degrees too.</summary>
    public bool HasFlipped => HasInputGradient && Layer.Layer.Stride == 1;
}
