using MLNet.MobileNetV2.Detection.Weights;
using MLNet.MobileNetV2.Network;
using MLNet.MobileNetV2.Network.Heads;
using MLNet.MobileNetV2.Weights;

namespace MLNet.MobileNetV2.Tests.Detection.Weights;

/// <summary>Tensors named and laid out as TensorFlow's Object Detection API has them, made of a detector that is drawn.</summary>
public sealed class TensorFlowDetectorTests
{
    private const string Extractor = "FeatureExtractor/MobilenetV2/";

    private static readonly string[] s_labels = DetectionTestWeights.Labels;

    [Fact]
    public void Read_FoldsEachFormOfBatchNorm()
    {
        DetectionWeights read = TensorFlowDetector.Read("file", File(), s_labels);

        Dictionary<string, WeightTensor> expected = DetectionTestWeights.Tensors();
        Assert.Equal(expected.Keys.Order(), read.Tensors.Keys.Order());
        Assert.All(expected, pair =>
        {
            Assert.Equal(pair.Value.Shape, read.Tensors[pair.Key].Shape);
            Assert.All(pair.Value.Values.ToArray().Zip(read.Tensors[pair.Key].Values.ToArray()), both =>
                Assert.Equal(both.First, both.Second, 1e-5f));
        });
        Assert.Equal(PaddingFlavor.TensorFlowSame, read.Architecture.Padding);
        Assert.Equal((300, ImageCrop.Squash, 1.0), (read.Preprocessing.Size, read.Preprocessing.Crop, read.Preprocessing.CropFraction));
    }

    [Fact]
    public void Read_WithClassesToLeaveOut_KeepsTheBackgroundAndTheOthers()
    {
        DetectionWeights read = TensorFlowDetector.Read("file", File(), [s_labels[0], null, s_labels[2]]);

        WeightTensor all = DetectionTestWeights.Tensors()["classes.2.1.bias"];
        Assert.Equal([s_labels[0], s_labels[2]], read.Labels);
        Assert.Equal(
            all.Values.ToArray().Index().Where(value => value.Index % 4 != 2).Select(value => value.Item),
            read.Tensors["classes.2.1.bias"].Values.ToArray());
        Assert.Equal(18, read.Tensors["classes.2.1.weight"].Shape[0]);
        Assert.Equal(
            DetectionTestWeights.Tensors()["classes.2.1.weight"].Values.Span[(3 * read.Tensors["classes.2.1.weight"].Shape[1])..][..5],
            read.Tensors["classes.2.1.weight"].Values.Span[(2 * read.Tensors["classes.2.1.weight"].Shape[1])..][..5]);
    }

    [Fact]
    public void Read_WithAnotherNumberOfClasses_NamesTheTensor()
    {
        WeightsFormatException error =
            Assert.Throws<WeightsFormatException>(() => TensorFlowDetector.Read("file", File(), ["a", "b"]));

        Assert.Contains("'BoxPredictor_0/ClassPredictor/weights'", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("BoxPredictor_3/BoxEncodingPredictor_depthwise/BatchNorm/moving_mean")]
    [InlineData("BoxPredictor_5/ClassPredictor/biases")]
    [InlineData(Extractor + "layer_19_1_Conv2d_2_1x1_88/Conv2D/merged_input")]
    public void Read_WithoutATensor_NamesIt(string name)
    {
        Dictionary<string, WeightTensor> file = File();
        Assert.True(file.Remove(name));

        WeightsFormatException error = Assert.Throws<WeightsFormatException>(() => TensorFlowDetector.Read("file", file, s_labels));

        Assert.Contains($"'{name}'", error.Message, StringComparison.Ordinal);
    }

    private static Dictionary<string, WeightTensor> File()
    {
        Dictionary<string, WeightTensor> own = DetectionTestWeights.Tensors();
        MobileNetV2Architecture architecture = DetectionTestWeights.Architecture;
        var file = new Dictionary<string, WeightTensor>(StringComparer.Ordinal);
        AddFolded(architecture.Stem, "Conv");
        foreach ((int index, InvertedResidualBlock block) in architecture.Blocks.Index())
        {
            string name = index == 0 ? "expanded_conv" : $"expanded_conv_{index}";
            if (block.Expansion is { } expansion)
            {
                AddFolded(expansion, $"{name}/expand");
            }

            AddScaled(block.Depthwise, $"{name}/depthwise");
            AddFolded(block.Projection, $"{name}/project");
        }

        AddFolded(architecture.LastConvolution, "Conv_1");
        var head = new SsdLiteLayers(architecture, s_labels.Length);
        foreach ((int index, IReadOnlyList<ConvolutionLayer> extra) in head.Extras.Index())
        {
            string name = $"layer_19_2_Conv2d_{index + 2}_3x3_s2_{extra[2].OutputChannels}";
            AddFolded(extra[0], $"layer_19_1_Conv2d_{index + 2}_1x1_{extra[0].OutputChannels}");
            AddScaled(extra[1], $"{name}_depthwise");
            AddFolded(extra[2], name);
        }

        foreach ((int map, SsdLitePredictor predictor) in head.Predictors.Index())
        {
            AddPredictor(predictor.Boxes, $"BoxPredictor_{map}/BoxEncodingPredictor");
            AddPredictor(predictor.Classes, $"BoxPredictor_{map}/ClassPredictor");
        }

        return file;

        void AddFolded(ConvolutionLayer layer, string name)
        {
            file[$"{Extractor}{name}/Conv2D/merged_input"] = Hwio(Kernel(layer));
            file[$"{Extractor}{name}/BatchNorm/batchnorm/sub"] = Bias(layer);
        }

        // The factor beside the kernel is 2.
        void AddScaled(ConvolutionLayer layer, string name)
        {
            file[$"{Extractor}{name}/depthwise_weights"] = Hwc(Kernel(layer), 0.5f);
            file[$"{Extractor}{name}/BatchNorm/batchnorm/mul"] = WeightTensor.Filled(layer.OutputChannels, 2);
            file[$"{Extractor}{name}/BatchNorm/batchnorm/sub"] = Bias(layer);
        }

        // Scale 3, deviation 0.5 and mean 0: a factor of 6.
        void AddPredictor(IReadOnlyList<ConvolutionLayer> predictor, string name)
        {
            int channels = predictor[0].OutputChannels;
            file[$"{name}_depthwise/depthwise_weights"] = Hwc(Kernel(predictor[0]), 1 / 6f);
            file[$"{name}_depthwise/BatchNorm/gamma"] = WeightTensor.Filled(channels, 3);
            file[$"{name}_depthwise/BatchNorm/moving_variance"] = WeightTensor.Filled(channels, 0.249f);
            file[$"{name}_depthwise/BatchNorm/moving_mean"] = WeightTensor.Filled(channels, 0.125f);
            file[$"{name}_depthwise/BatchNorm/beta"] =
                new([channels], Bias(predictor[0]).Values.ToArray().Select(value => value + 0.75f).ToArray());
            file[$"{name}/weights"] = Hwio(Kernel(predictor[1]));
            file[$"{name}/biases"] = Bias(predictor[1]);
        }

        WeightTensor Kernel(ConvolutionLayer layer) => own[LayerTensors.Of(layer).Kernel];

        WeightTensor Bias(ConvolutionLayer layer) => own[LayerTensors.Of(layer).Bias];
    }

    // Height, width, input channels, output channels.
    private static WeightTensor Hwio(WeightTensor kernel)
    {
        (int outputs, int inputs, int side) = (kernel.Shape[0], kernel.Shape[1], kernel.Shape[2]);
        float[] values = new float[kernel.Values.Length];
        for (int i = 0; i < values.Length; i++)
        {
            (int output, int input, int place) = (i / (inputs * side * side), i / (side * side) % inputs, i % (side * side));
            values[(((place * inputs) + input) * outputs) + output] = kernel.Values.Span[i];
        }

        return new([side, side, inputs, outputs], values);
    }

    private static WeightTensor Hwc(WeightTensor kernel, float factor)
    {
        WeightTensor ordered = Hwio(kernel);
        float[] values = [.. ordered.Values.ToArray().Select(value => value * factor)];
        return new([ordered.Shape[0], ordered.Shape[1], ordered.Shape[3], 1], values);
    }
}
