using MLNet.MobileNetV2.Network;
using MLNet.MobileNetV2.WeightsImport.Naming;
using MLNet.MobileNetV2.WeightsImport.Recognition;

namespace MLNet.MobileNetV2.Tests.WeightsImport.Naming;

public sealed class TensorFlowTensorsTests
{
    private const string Scope = "FeatureExtractor/MobilenetV2/";

    private static readonly ForeignTable s_narrow = ForeignTable.OfWidth(0.35);

    [Theory]
    [InlineData("merged", 0.35)]
    [InlineData("fused", 0.5)]
    [InlineData("apart", 0.35)]
    [InlineData("keras", 1.4)]
    public void Read_EveryProjectsNames_FindsTheNetworkAndReordersItsKernels(string project, double width)
    {
        (TfJsTestModel model, ForeignLayer[] layers) = Model(project, width);

        NetworkContent content = Read(model);

        Assert.Equal(width, content.Architecture.WidthMultiplier);
        Assert.Equal(MobileNetV2Architecture.PaperStages, content.Architecture.Stages);
        Assert.Equal((0, PaddingFlavor.TensorFlowSame), (content.Architecture.NumClasses, content.Architecture.Padding));
        Assert.Equal(new(), content.Preprocessing);
        Assert.Equal(1e-3f, content.BatchNormEpsilon);
        Assert.Equal(layers.Length, content.Architecture.Convolutions().Count());
        foreach ((ForeignLayer layer, ConvolutionLayer own) in layers.Zip(content.Architecture.Convolutions()))
        {
            string? scale = layer.IsDepthwise && project == "merged" ? $"{layer.BatchNorm}/BatchNorm/batchnorm/mul" : null;
            Assert.Equal(layer.Shape, content.Tensors[$"{own.Name}.weight"].Shape);
            Assert.Equal(InOwnOrder(model, layer, scale), content.Tensors[$"{own.Name}.weight"].Values.ToArray());
        }
    }

    [Theory]
    [InlineData("merged", "Conv_1/BatchNorm/batchnorm/sub", "expanded_conv_2/depthwise/BatchNorm/batchnorm/sub")]
    [InlineData("fused", "Conv_1/Conv2D_bn_offset", "expanded_conv_2/depthwise/depthwise_bn_offset")]
    public void Read_FoldedBatchNorm_TakesTheShiftAsBias(string project, string last, string depthwise)
    {
        (TfJsTestModel model, _) = Model(project, 0.35);

        NetworkContent content = Read(model);

        Assert.Same(model.Tensors[Scope + last], content.Tensors["features.18.0.bias"]);
        Assert.Same(model.Tensors[Scope + depthwise], content.Tensors["features.3.conv.1.0.bias"]);
        Assert.Equal(104, content.Tensors.Count);
    }

    [Theory]
    [InlineData("apart", "", Scope + "expanded_conv_2/depthwise/BatchNorm/")]
    [InlineData("keras", "", "block_2_depthwise_BN/")]
    [InlineData("keras", "model/mobilenetv2_0.35_224/", "model/mobilenetv2_0.35_224/block_2_depthwise_BN/")]
    public void Read_BatchNormApart_TakesItsFourTensors(string project, string prefix, string batchNorm)
    {
        TfJsTestModel model = project == "keras" ? TfJsTestModel.Keras(prefix, s_narrow) : TfJsTestModel.Apart(Scope, s_narrow);

        NetworkContent content = Read(model);

        Assert.Same(model.Tensors[batchNorm + "gamma"], content.Tensors["features.3.conv.1.1.weight"]);
        Assert.Same(model.Tensors[batchNorm + "beta"], content.Tensors["features.3.conv.1.1.bias"]);
        Assert.Same(model.Tensors[batchNorm + "moving_mean"], content.Tensors["features.3.conv.1.1.running_mean"]);
        Assert.Same(model.Tensors[batchNorm + "moving_variance"], content.Tensors["features.3.conv.1.1.running_var"]);
        Assert.Equal(260, content.Tensors.Count);
    }

    [Theory]
    [InlineData("MobilenetV2/")]
    [InlineData("StatefulPartitionedCall/predict/MobilenetV2/")]
    public void Read_SlimGraphUnderAnyName_IsFound(string scope) =>
        Assert.Equal(0.35, Read(TfJsTestModel.Fused(scope, s_narrow)).Architecture.WidthMultiplier);

    [Fact]
    public void Read_MergedGraphWhoseDepthwiseKernelsAreScaled_LeavesThemAlone()
    {
        TfJsTestModel model = TfJsTestModel.Merged(Scope, s_narrow);
        foreach (string name in model.Tensors.Keys.Where(name => name.EndsWith("/mul", StringComparison.Ordinal)).ToArray())
        {
            model.Tensors.Remove(name);
        }

        ForeignLayer depthwise = ForeignLayer.Slim(Scope, "Conv2D/merged_input", s_narrow).First(layer => layer.IsDepthwise);

        Assert.Equal(InOwnOrder(model, depthwise, scale: null), Read(model).Tensors["features.1.conv.0.0.weight"].Values.ToArray());
    }

    [Theory]
    [InlineData("apart", Scope + "Logits/Conv2d_1c_1x1/weights", Scope + "Logits/Conv2d_1c_1x1/biases", new[] { 1, 1, 1280, 5 })]
    [InlineData("keras", "predictions/kernel", "predictions/bias", new[] { 1280, 5 })]
    [InlineData("keras", "Logits/kernel", "Logits/bias", new[] { 1280, 5 })]
    public void Read_Classifier_IsTransposed(string project, string kernel, string bias, int[] shape)
    {
        (TfJsTestModel model, _) = Model(project, 0.35);
        model.Add(kernel, shape);
        model.Add(bias, 5);

        NetworkContent content = Read(model);

        Assert.Equal(5, content.Architecture.NumClasses);
        Assert.Equal([5, 1280], content.Tensors["classifier.1.weight"].Shape);
        Assert.Equal(
            model.Tensors[kernel].Values.Span[(1279 * 5) + 3], content.Tensors["classifier.1.weight"].Values.Span[(3 * 1280) + 1279]);
        Assert.Same(model.Tensors[bias], content.Tensors["classifier.1.bias"]);
    }

    [Theory]
    [InlineData("dense_Dense1/kernel", "dense_Dense1/bias", 1280, 100)]
    [InlineData("predictions/kernel", "predictions/bias", 128, 5)]
    public void Read_AnotherHead_EndsAtTheFeatures(string kernel, string bias, int inputs, int outputs)
    {
        TfJsTestModel model = TfJsTestModel.Keras(table: s_narrow);
        model.Add(kernel, inputs, outputs);
        model.Add(bias, outputs);

        Assert.Equal(0, Read(model).Architecture.NumClasses);
    }

    [Theory]
    [InlineData("merged", Scope + "Conv_1/BatchNorm/batchnorm/sub", "[1280]")]
    [InlineData("merged", Scope + "expanded_conv_3/depthwise/BatchNorm/batchnorm/mul", "[48]")]
    [InlineData("fused", Scope + "expanded_conv_3/depthwise/depthwise_bn_offset", "[48]")]
    [InlineData("apart", Scope + "expanded_conv_3/project/BatchNorm/moving_mean", "[16]")]
    [InlineData("keras", "bn_Conv1/moving_variance", "[16]")]
    [InlineData("keras", "block_3_project_BN/beta", "[16]")]
    public void Read_ATensorMissing_NamesItAsTheFileWould(string project, string name, string shape)
    {
        (TfJsTestModel model, _) = Model(project, 0.35);
        model.Tensors.Remove(name);

        Assert.Contains($"the tensor '{name}' of shape {shape} is missing", Refusal(model), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("fused", Scope + "expanded_conv_16/expand/Conv2D_weights")]
    [InlineData("keras", "Conv_1/kernel")]
    [InlineData("keras", "block_3_depthwise/depthwise_kernel")]
    public void Read_AKernelMissing_NamesItAsTheFileWould(string project, string name)
    {
        (TfJsTestModel model, _) = Model(project, 0.35);
        model.Tensors.Remove(name);

        Assert.Contains($"the tensor '{name}' is missing", Refusal(model), StringComparison.Ordinal);
    }

    [Fact]
    public void Read_AClassifierWithoutItsBias_NamesIt()
    {
        TfJsTestModel model = TfJsTestModel.Keras(table: s_narrow);
        model.Add("predictions/kernel", 1280, 5);

        Assert.Contains("the tensor 'predictions/bias' of shape [5] is missing", Refusal(model), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("block_3_expand/kernel", new[] { 1, 1, 8, 49 }, "'block_3_expand_BN/gamma' has shape [48]; MobileNetV2 needs [49]")]
    [InlineData("block_3_expand/kernel", new[] { 8, 48 }, "'block_3_expand/kernel' has shape [8, 48]; a kernel has [height, width, "
        + "input channels, output channels]")]
    [InlineData("block_3_expand/kernel", new[] { 1, 1, 9, 48 }, "'block_3_expand/kernel' has shape [48, 9, 1, 1]; MobileNetV2 needs "
        + "[48, 8, 1, 1]")]
    [InlineData("block_3_depthwise/depthwise_kernel", new[] { 3, 3, 24, 2 }, "a kernel has [height, width, channels, 1]")]
    [InlineData("block_3_depthwise/depthwise_kernel", new[] { 3, 3, 0, 1 }, "'block_3_depthwise/depthwise_kernel' has shape [3, 3, 0, 1]")]
    [InlineData("Conv1/kernel", new int[0], "'Conv1/kernel' has shape []")]
    public void Read_ATensorOfAnotherShape_NamesItAsTheFileDoes(string name, int[] shape, string message)
    {
        TfJsTestModel model = TfJsTestModel.Keras(table: s_narrow);
        model.Tensors.Remove(name);
        model.Add(name, shape);

        Assert.Contains(message, Refusal(model), StringComparison.Ordinal);
    }

    [Fact]
    public void Read_NoNetwork_SaysWhichNamesAreRead()
    {
        var model = new TfJsTestModel();
        model.Add("MyConv1/kernel", 3, 3, 3, 32);

        string reason = Refusal(model);

        Assert.Contains("'MobilenetV2/Conv/...'", reason, StringComparison.Ordinal);
        Assert.Contains("'Conv1/kernel'", reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_TwoNetworks_NamesBoth()
    {
        TfJsTestModel model = TfJsTestModel.Keras("a/", s_narrow);
        model.Add("b/Conv1/kernel", 3, 3, 3, 16);

        Assert.Contains("2 networks, which begin at 'a/Conv1/kernel' and 'b/Conv1/kernel'", Refusal(model), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("fused")]
    [InlineData("keras")]
    public void Read_WithOptions_TakesThem(string project)
    {
        (TfJsTestModel model, _) = Model(project, 0.35);
        var strides = new MobileNetV2Architecture(
            7, 0.35,
            [
                .. MobileNetV2Architecture.PaperStages.Select(stage => stage with { Stride = 1 }),
            ], padding: PaddingFlavor.PyTorchSymmetric);

        NetworkContent given = Read(model, new() { Architecture = strides });
        NetworkContent padded = Read(model, new() { Architecture = strides, Padding = PaddingFlavor.TensorFlowSame });

        Assert.Equal(strides.Stages, given.Architecture.Stages);
        Assert.Equal((0, PaddingFlavor.PyTorchSymmetric), (given.Architecture.NumClasses, given.Architecture.Padding));
        Assert.Equal(PaddingFlavor.TensorFlowSame, padded.Architecture.Padding);
    }

    private static (TfJsTestModel Model, ForeignLayer[] Layers) Model(string project, double width)
    {
        ForeignTable table = ForeignTable.OfWidth(width);
        return project switch
        {
            "merged" => (TfJsTestModel.Merged(Scope, table), [.. ForeignLayer.Slim(Scope, "Conv2D/merged_input", table)]),
            "fused" => (TfJsTestModel.Fused(Scope, table), [.. ForeignLayer.Slim(Scope, "Conv2D_weights", table)]),
            "apart" => (TfJsTestModel.Apart(Scope, table), [.. ForeignLayer.Slim(Scope, "weights", table)]),
            _ => (TfJsTestModel.Keras("", table), [.. ForeignLayer.Keras("", table)]),
        };
    }

    /// <summary>The kernel by output, input, row and column; TensorFlow's is by row, column, input (or channel) and output.</summary>
    private static float[] InOwnOrder(TfJsTestModel model, ForeignLayer layer, string? scale)
    {
        (int outputs, int inputs, int side) = (layer.Shape[0], layer.Shape[1], layer.Shape[2]);
        ReadOnlySpan<float> kernel = model.Tensors[layer.Kernel].Values.Span;
        var own = new List<float>(kernel.Length);
        for (int output = 0; output < outputs; output++)
        {
            float factor = scale is null ? 1 : model.Tensors[scale].Values.Span[output];
            for (int input = 0; input < inputs; input++)
            {
                for (int position = 0; position < side * side; position++)
                {
                    own.Add(factor * kernel[(((position * inputs) + input) * outputs) + output]);
                }
            }
        }

        return [.. own];
    }

    private static NetworkContent Read(TfJsTestModel model, WeightsFileOptions? options = null) =>
        TensorFlowTensors.Read("model.json", model.Tensors, options ?? new());

    private static string Refusal(TfJsTestModel model) => Assert.Throws<WeightsFormatException>(() => Read(model)).Reason;
}
