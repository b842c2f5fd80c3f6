using MLNet.MobileNetV2.Network;
using MLNet.MobileNetV2.Network.Heads;
using MLNet.MobileNetV2.Weights;
using MLNet.MobileNetV2.WeightsImport.Naming;
using MLNet.MobileNetV2.WeightsImport.Recognition;

namespace MLNet.MobileNetV2.Detection.Weights;

/// <summary>
/// Turns the tensors of a detector of TensorFlow's Object Detection API, ssdlite_mobilenet_v2, into weights. A layer has its batch norm
/// apart, or folded into the kernel, or folded into a factor beside the kernel.
/// </summary>
internal static class TensorFlowDetector
{
    private const string Extractor = "FeatureExtractor/MobilenetV2";

    // The backbone's batch norm is folded; what the predictors have apart was trained with this.
    private const float Epsilon = 0.001f;

    /// <summary>Reads the weights.</summary>
    /// <param name="source">What the tensors come from, for messages.</param>
    /// <param name="tensors">The tensors in TensorFlow's layouts.</param>
    /// <param name="labels">Names of the classes by the network's order, without the background; null for one to leave out.</param>
    /// <exception cref="WeightsFormatException">A tensor, which is named, is missing or has another shape.</exception>
    public static DetectionWeights Read(
        string source, IReadOnlyDictionary<string, WeightTensor> tensors, IReadOnlyList<string?> labels)
    {
        NetworkContent backbone = TensorFlowTensors.Read(source, tensors, new WeightsFileOptions());
        var own = new Dictionary<string, WeightTensor>(backbone.Tensors, StringComparer.Ordinal);
        MobileNetV2Architecture architecture = backbone.Architecture;
        var layers = new SsdLiteLayers(architecture, labels.Count);
        foreach ((int index, IReadOnlyList<ConvolutionLayer> extra) in layers.Extras.Index())
        {
            (int map, int inner, int outer) = (index + 2, extra[0].OutputChannels, extra[^1].OutputChannels);
            string name = $"{Extractor}/layer_19_2_Conv2d_{map}_3x3_s2_{outer}";
            Add(extra[0], $"{Extractor}/layer_19_1_Conv2d_{map}_1x1_{inner}");
            Add(extra[1], $"{name}_depthwise");
            Add(extra[2], name);
        }

        int[] kept = [0, .. labels.Index().Where(label => label.Item is not null).Select(label => label.Index + 1)];
        foreach ((int map, SsdLitePredictor predictor) in layers.Predictors.Index())
        {
            AddPredictor(predictor.Boxes, $"BoxPredictor_{map}/BoxEncodingPredictor");
            AddPredictor(predictor.Classes, $"BoxPredictor_{map}/ClassPredictor");
            LayerTensors classes = LayerTensors.Of(predictor.Classes[^1]);
            own[classes.Kernel] = Rows(own[classes.Kernel], labels.Count + 1, kept);
            own[classes.Bias] = Rows(own[classes.Bias], labels.Count + 1, kept);
        }

        return new("coco", architecture, [.. labels.OfType<string>()], own, Preprocessing);

        void AddPredictor(IReadOnlyList<ConvolutionLayer> predictor, string name)
        {
            Add(predictor[0], $"{name}_depthwise");
            Add(predictor[1], name);
        }

        void Add(ConvolutionLayer layer, string name)
        {
            (WeightTensor kernel, WeightTensor bias) = Layer(source, tensors, layer, name);
            own.Add(LayerTensors.Of(layer).Kernel, kernel);
            own.Add(LayerTensors.Of(layer).Bias, bias);
        }
    }

    /// <summary>The whole photo squashed to 300 x 300, values -1 to 1.</summary>
    private static ImagePreprocessing Preprocessing { get; } = new() { Size = 300, Crop = ImageCrop.Squash, CropFraction = 1 };

    private static (WeightTensor Kernel, WeightTensor Bias) Layer(
        string source, IReadOnlyDictionary<string, WeightTensor> tensors, ConvolutionLayer layer, string name)
    {
        bool isDepthwise = layer.Groups > 1;
        string kernelName = $"{name}/{(isDepthwise ? "depthwise_weights" : "Conv2D/merged_input")}";
        string biasName = $"{name}/BatchNorm/batchnorm/sub";
        if (!layer.HasBatchNorm)
        {
            (kernelName, biasName) = ($"{name}/weights", $"{name}/biases");
        }

        WeightTensor kernel = TensorFlowTensors.Kernel(source, tensors, kernelName, isDepthwise);
        if (!kernel.Shape.SequenceEqual(layer.KernelShape))
        {
            throw new WeightsFormatException(
                source, $"the tensor '{kernelName}' is a kernel of {TensorShape.Show(kernel.Shape)} to the network, which needs "
                + $"{TensorShape.Show(layer.KernelShape)}.");
        }

        if (tensors.ContainsKey($"{name}/BatchNorm/gamma"))
        {
            (WeightTensor folded, float[] shift) = BatchNormConversion.Fold(
                kernel, Values("gamma"), Values("beta"), Values("moving_mean"), Values("moving_variance"), Epsilon);
            return (folded, new([shift.Length], shift));
        }

        string factor = $"{name}/BatchNorm/batchnorm/mul";
        WeightTensor scaled = tensors.ContainsKey(factor) ? TensorFlowTensors.Scale(kernel, Channels(factor)) : kernel;
        return (scaled, Channels(biasName));

        WeightTensor Channels(string tensor) => TensorCheck.Find(source, tensors, tensor, [layer.OutputChannels]);

        ReadOnlySpan<float> Values(string tensor) => Channels($"{name}/BatchNorm/{tensor}").Values.Span;
    }

    /// <summary>Of a tensor with as many rows for each box as there are classes, those of some classes.</summary>
    private static WeightTensor Rows(WeightTensor tensor, int classes, int[] kept)
    {
        int boxes = tensor.Shape[0] / classes;
        int length = tensor.Values.Length / tensor.Shape[0];
        float[] values = new float[boxes * kept.Length * length];
        for (int row = 0; row < boxes * kept.Length; row++)
        {
            int from = (row / kept.Length * classes) + kept[row % kept.Length];
            tensor.Values.Span.Slice(from * length, length).CopyTo(values.AsSpan(row * length));
        }

        return new([boxes * kept.Length, .. tensor.Shape.Skip(1)], values);
    }
}
