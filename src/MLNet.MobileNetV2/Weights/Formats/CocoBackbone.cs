using MLNet.MobileNetV2.Network;

namespace MLNet.MobileNetV2.Weights.Formats;

/// <summary>Turns the backbone of TensorFlow's <c>ssdlite_mobilenet_v2_coco</c>, as a TF.js graph model, into the network's tensors.</summary>
/// <remarks>
/// In that graph the scale of each batch norm is multiplied into the kernel (<c>Conv2D/merged_input</c>) save for depthwise
/// layers, which keep it apart (<c>BatchNorm/batchnorm/mul</c>); the shift is <c>BatchNorm/batchnorm/sub</c> everywhere.
/// </remarks>
internal static class CocoBackbone
{
    private const string Prefix = "FeatureExtractor/MobilenetV2";

    /// <summary>The tensors by their torchvision names, batch norm folded.</summary>
    /// <param name="source">The file's name for messages.</param>
    /// <param name="tensors">The tensors of the graph model by their own names.</param>
    /// <exception cref="WeightsFormatException">A tensor is missing or has another shape.</exception>
    public static IReadOnlyDictionary<string, WeightTensor> Convert(string source, IReadOnlyDictionary<string, WeightTensor> tensors)
    {
        var converted = new Dictionary<string, WeightTensor>(StringComparer.Ordinal);
        Add(MobileNetV2Architecture.Default.Stem, $"{Prefix}/Conv");
        for (int i = 0; i < MobileNetV2Architecture.Default.Blocks.Count; i++)
        {
            InvertedResidualBlock block = MobileNetV2Architecture.Default.Blocks[i];
            string scope = i == 0 ? $"{Prefix}/expanded_conv" : $"{Prefix}/expanded_conv_{i}";
            if (block.Expansion is not null)
            {
                Add(block.Expansion, $"{scope}/expand");
            }

            Add(block.Depthwise, $"{scope}/depthwise");
            Add(block.Projection, $"{scope}/project");
        }

        Add(MobileNetV2Architecture.Default.LastConvolution, $"{Prefix}/Conv_1");
        return converted;

        void Add(ConvolutionLayer layer, string scope)
        {
            float[] kernel = layer.IsDepthwise ? DepthwiseKernel(layer, scope) : Kernel(layer, scope);
            converted.Add($"{layer.Name}.weight", new(layer.KernelShape, kernel));
            converted.Add($"{layer.Name}.bias", Find($"{scope}/BatchNorm/batchnorm/sub", [layer.OutputChannels]));
        }

        float[] Kernel(ConvolutionLayer layer, string scope)
        {
            int[] shape = [layer.KernelSize, layer.KernelSize, layer.InputChannels, layer.OutputChannels];
            ReadOnlySpan<float> hwio = Find($"{scope}/Conv2D/merged_input", shape).Values.Span;
            return KernelLayout.FromHwio(hwio, layer.OutputChannels, layer.InputChannels);
        }

        float[] DepthwiseKernel(ConvolutionLayer layer, string scope)
        {
            int[] shape = [layer.KernelSize, layer.KernelSize, layer.OutputChannels, 1];
            ReadOnlySpan<float> hwc = Find($"{scope}/depthwise_weights", shape).Values.Span;
            ReadOnlySpan<float> scale = Find($"{scope}/BatchNorm/batchnorm/mul", [layer.OutputChannels]).Values.Span;
            float[] kernel = KernelLayout.FromHwc(hwc, layer.OutputChannels);
            for (int i = 0; i < kernel.Length; i++)
            {
                kernel[i] *= scale[i / (layer.KernelSize * layer.KernelSize)];
            }

            return kernel;
        }

        WeightTensor Find(string name, int[] shape) => tensors.TryGetValue(name, out WeightTensor? tensor) && tensor.Shape.SequenceEqual(shape)
            ? tensor
            : throw new WeightsFormatException(source, $"the tensor '{name}' of shape {TensorShape.Show(shape)} is missing.");
    }
}
