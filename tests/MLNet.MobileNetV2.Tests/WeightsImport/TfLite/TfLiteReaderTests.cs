using MLNet.MobileNetV2.Network;
using MLNet.MobileNetV2.WeightsImport.Recognition;
using MLNet.MobileNetV2.WeightsImport.TfLite;

namespace MLNet.MobileNetV2.Tests.WeightsImport.TfLite;

/// <summary>Whole networks that are laid out by hand, in each type and form of TFLite.</summary>
public sealed class TfLiteReaderTests
{
    [Theory]
    [InlineData(TfLiteTestFile.Float32, false, 0, false, 1, 224)]
    [InlineData(TfLiteTestFile.Int8, true, 5, true, 0.35, 96)]
    [InlineData(TfLiteTestFile.UInt8, false, 7, false, 0.5, 160)]
    [InlineData(TfLiteTestFile.UInt8, true, 2, true, 1.4, 224)]
    public void Read_WholeNetwork_GivesEveryValueInTheNetworksOrder(
        byte type, bool padsApart, int classes, bool isFullyConnected, double width, int side)
    {
        var file = new TfLiteTestFile(type, padsApart, classes, isFullyConnected, width, side);

        NetworkContent content = Read(file);

        MobileNetV2Architecture network = content.Architecture;
        Assert.Equal(
            (classes, width, side, PaddingFlavor.TensorFlowSame),
            (network.NumClasses, network.WidthMultiplier, network.Resolution, network.Padding));
        Assert.Equal(MobileNetV2Architecture.PaperStages, network.Stages);
        Assert.Equal(new ImagePreprocessing { Size = side }, content.Preprocessing);
        Assert.Equal(104 + (classes > 0 ? 2 : 0), content.Tensors.Count);
        foreach (ConvolutionLayer layer in file.Network.Convolutions())
        {
            WeightTensor kernel = content.Tensors[$"{layer.Name}.weight"];
            Assert.Equal(layer.KernelShape, kernel.Shape);
            AssertKernel(layer, file.Weights[$"{layer.Name}.weight"], kernel.Values.Span);
            AssertFlat(file.Weights[$"{layer.Name}.bias"], content.Tensors[$"{layer.Name}.bias"], layer.OutputChannels);
        }

        if (classes > 0)
        {
            Assert.Equal([classes, file.Network.FeatureCount], content.Tensors["classifier.1.weight"].Shape);
            AssertFlat(file.Weights["classifier.1.weight"], content.Tensors["classifier.1.weight"], classes);
            AssertFlat(file.Weights["classifier.1.bias"], content.Tensors["classifier.1.bias"], classes);
        }
    }

    [Fact]
    public void Read_QuantizesAroundTheGraph_AreFollowed()
    {
        var file = new TfLiteTestFile(TfLiteTestFile.Int8, width: 0.35);
        file.Tensors.Add(new([1], TfLiteTestFile.Int8));
        int quantized = file.Tensors.Count - 1;
        file.Operators[0].Inputs[0] = quantized;
        file.Operators.Insert(0, new(TfLiteTestFile.Quantize, [0], [quantized]));

        Assert.Equal(104, Read(file).Tensors.Count);
    }

    [Fact]
    public void Read_LayersWithoutBias_HaveABiasOfZero()
    {
        var file = new TfLiteTestFile(TfLiteTestFile.UInt8, classes: 3, isFullyConnected: true, width: 0.35);
        file.Operators[0].Inputs = file.Operators[0].Inputs[..2];
        file.Operators[1].Inputs[2] = -1;
        file.Operators.Single(op => op.Code == TfLiteTestFile.FullyConnected).Inputs[2] = -1;

        NetworkContent content = Read(file);

        Assert.Equal(new float[16], content.Tensors["features.0.0.bias"].Values.ToArray());
        Assert.Equal(new float[16], content.Tensors["features.1.conv.0.0.bias"].Values.ToArray());
        Assert.Equal(new float[3], content.Tensors["classifier.1.bias"].Values.ToArray());
    }

    [Theory]
    [InlineData(16)]
    [InlineData(8)]
    public void Read_DilatedConvolutions_GiveTheOutputStride(int outputStride)
    {
        var file = new TfLiteTestFile(TfLiteTestFile.UInt8, width: 0.35, side: 513, outputStride: outputStride);

        NetworkContent content = Read(file);

        Assert.Equal(outputStride, content.Architecture.OutputStride);
        Assert.Equal(file.Network.Convolutions(), content.Architecture.Convolutions());
    }

    [Theory]
    [InlineData(130, 224)]
    [InlineData(4096, 4096)]
    public void Read_InputOfAnySide_SetsThePreprocessingAndAResolutionWhereItIsOne(int side, int resolution)
    {
        NetworkContent content = Read(new TfLiteTestFile(TfLiteTestFile.UInt8, width: 0.35, side: side));

        Assert.Equal(side, content.Preprocessing.Size);
        Assert.Equal(resolution, content.Architecture.Resolution);
    }

    [Fact]
    public void Read_InputOfOpenSide_TakesTheDefault()
    {
        var file = new TfLiteTestFile(TfLiteTestFile.UInt8, width: 0.35, side: 1);
        file.Tensors[0].ShapeSignature = [-1, -1, -1, 3];

        Assert.Equal(224, Read(file).Preprocessing.Size);
    }

    [Theory]
    [InlineData(TfLiteTestFile.UInt8, 1 / 255f, 0, 0f, 255f)]
    [InlineData(TfLiteTestFile.UInt8, 1 / 128f, 128, 128f, 128f)]
    [InlineData(TfLiteTestFile.Int8, 1 / 128f, 0, 128f, 128f)]
    public void Read_APictureThatIsQuantised_IsNormalisedByItsScale(byte type, float scale, long zeroPoint, float mean, float std)
    {
        var file = new TfLiteTestFile(TfLiteTestFile.UInt8, width: 0.35);
        (file.Tensors[0].Type, file.Tensors[0].Scales, file.Tensors[0].ZeroPoints) = (type, [scale], [zeroPoint]);

        ImagePreprocessing preprocessing = Read(file).Preprocessing;

        Assert.Equal(new ChannelValues(mean, mean, mean), preprocessing.Mean);
        Assert.Equal(std, preprocessing.Std.Green, 1e-3f);
    }

    [Theory]
    [InlineData(0f)]
    [InlineData(-1f)]
    [InlineData(float.NaN)]
    public void Read_APictureOfAnImpossibleScale_SaysSo(float scale)
    {
        var file = new TfLiteTestFile(TfLiteTestFile.UInt8, width: 0.35);
        (file.Tensors[0].Scales, file.Tensors[0].ZeroPoints) = ([scale], [0]);

        Assert.Contains(
            "a number above 0 is allowed", Assert.Throws<WeightsFormatException>(() => Read(file)).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_WeightsInFloat16BehindDequantize_GivesTheirValues()
    {
        var file = new TfLiteTestFile(TfLiteTestFile.Float32, classes: 3, isFullyConnected: true, width: 0.35);
        NetworkContent expected = Read(file);

        NetworkContent content = Read(file.ToFloat16());

        Assert.Equal(expected.Tensors.Keys, content.Tensors.Keys);
        Assert.All(expected.Tensors, pair => Assert.Equal(
            pair.Value.Values.ToArray().Select(value => (float)(Half)value), content.Tensors[pair.Key].Values.ToArray()));
    }

    [Fact]
    public void Read_PadsOfPyTorch_AreTold()
    {
        var file = new TfLiteTestFile(TfLiteTestFile.UInt8, padsApart: true, width: 0.35);
        SetPads(file, 1, 1);

        Assert.Equal(PaddingFlavor.PyTorchSymmetric, Read(file).Architecture.Padding);
        Assert.Equal(0.485f * 255, Read(file).Preprocessing.Mean.Red);
        Assert.Equal(PaddingFlavor.TensorFlowSame, Read(file, new() { Padding = PaddingFlavor.TensorFlowSame }).Architecture.Padding);
    }

    [Fact]
    public void Read_SymmetricPadsOfOddSidesAlone_AreOfBothPaddings()
    {
        // 33, 17, 9, 5 and 3 are the sides at stride 2.
        var file = new TfLiteTestFile(TfLiteTestFile.UInt8, padsApart: true, width: 0.35, side: 33);
        SetPads(file, 1, 1);

        Assert.Equal(PaddingFlavor.PyTorchSymmetric, Read(file).Architecture.Padding);
        Assert.Equal(PaddingFlavor.TensorFlowSame, Read(file, new() { Padding = PaddingFlavor.TensorFlowSame }).Architecture.Padding);
    }

    [Fact]
    public void Read_ArchitectureThatIsNamed_IsKept()
    {
        var file = new TfLiteTestFile(TfLiteTestFile.UInt8, classes: 3, width: 0.35, side: 96);
        var named = new MobileNetV2Architecture(9, 0.35, dropout: 0.5, padding: PaddingFlavor.PyTorchSymmetric);

        MobileNetV2Architecture read = Read(file, new() { Architecture = named }).Architecture;

        Assert.Equal((3, 0.5, 96, PaddingFlavor.PyTorchSymmetric), (read.NumClasses, read.Dropout, read.Resolution, read.Padding));
    }

    [Fact]
    public void Read_BranchesBesideThePath_ArePassedOver()
    {
        // As in a detector: heads of convolutions on an expansion and on the last convolution, and operators of its own.
        var file = new TfLiteTestFile(TfLiteTestFile.UInt8, width: 0.35);
        TfLiteTestOperator last = file.Operators[^1];
        TfLiteTestOperator expansion = file.Operators.Last(op => op.Name?.EndsWith(".conv.0.0", StringComparison.Ordinal) == true);
        TfLiteTestOperator depthwise = file.Operators.Last(op => op.Code == TfLiteTestFile.Depthwise);
        Branch(56, expansion.Outputs[0]);
        int head = Branch(TfLiteTestFile.Depthwise, expansion.Outputs[0], depthwise);
        Branch(57, head);
        Branch(TfLiteTestFile.Conv, last.Outputs[0], last);

        NetworkContent content = Read(file);

        Assert.Equal((0.35, 0), (content.Architecture.WidthMultiplier, content.Architecture.NumClasses));
        Assert.Equal(104, content.Tensors.Count);

        int Branch(int code, int input, TfLiteTestOperator? like = null)
        {
            file.Tensors.Add(new([1], TfLiteTestFile.UInt8));
            int output = file.Tensors.Count - 1;
            file.Operators.Add(new(code, [input, .. like?.Inputs[1..] ?? []], [output], like?.OptionsType ?? 0, like?.Options));
            return output;
        }
    }

    [Theory]
    [InlineData("softmax", true)]
    [InlineData("second layer", false)]
    [InlineData("layer after scores", false)]
    [InlineData("activation", false)]
    [InlineData("rival", false)]
    public void Read_LayersAfterTheFeatures_AreAClassifierWhereThereIsOne(string change, bool hasClassifier)
    {
        var file = new TfLiteTestFile(TfLiteTestFile.UInt8, classes: 3, isFullyConnected: true, width: 0.35);
        TfLiteTestOperator dense = file.Operators[^2];
        int results = file.Operators[^1].Outputs[0];
        switch (change)
        {
            case "softmax":
                After(TfLiteTestFile.Softmax, results);
                break;
            case "second layer":
                After(TfLiteTestFile.FullyConnected, results);
                break;
            case "layer after scores":
                After(TfLiteTestFile.FullyConnected, After(TfLiteTestFile.Softmax, results));
                break;
            case "activation":
                (dense.OptionsType, dense.Options) = (8, new() { [0] = (byte)1 });
                break;
            default:
                After(TfLiteTestFile.FullyConnected, dense.Inputs[0]);
                break;
        }

        NetworkContent content = Read(file);

        Assert.Equal(hasClassifier ? 3 : 0, content.Architecture.NumClasses);
        Assert.Equal(hasClassifier ? 106 : 104, content.Tensors.Count);

        int After(int code, int input)
        {
            file.Tensors.Add(new([1, 3], TfLiteTestFile.UInt8));
            file.Operators.Add(new(code, [input, .. dense.Inputs[1..]], [file.Tensors.Count - 1]));
            return file.Tensors.Count - 1;
        }
    }

    [Theory]
    [InlineData("TFL2", true)]
    [InlineData("TFL3", false)]
    public void Recognizes_OnlyTheIdentifier(string identifier, bool isOther)
    {
        byte[] start = [0, 0, 0, 0, .. System.Text.Encoding.ASCII.GetBytes(identifier)];

        Assert.Equal(!isOther, TfLiteReader.Recognizes(start));
        Assert.False(TfLiteReader.Recognizes(start.AsSpan(0, 7)));
    }

    private static NetworkContent Read(TfLiteTestFile file, WeightsFileOptions? options = null) =>
        TfLiteReader.Read("net.tflite", file.Write(), options ?? new());

    private static void SetPads(TfLiteTestFile file, int before, int after)
    {
        int[] pads = [0, 0, before, after, before, after, 0, 0];
        foreach (TfLiteTestTensor tensor in file.Tensors.Where(tensor => tensor.Shape is [4, 2]))
        {
            tensor.Data = [.. pads.SelectMany(BitConverter.GetBytes)];
        }
    }

    private static void AssertKernel(ConvolutionLayer layer, TfLiteTestTensor stored, ReadOnlySpan<float> values)
    {
        (int side, int inputs, int outputs) = (layer.KernelSize, layer.InputChannels / layer.Groups, layer.OutputChannels);
        for (int at = 0; at < values.Length; at++)
        {
            (int x, int y) = (at % side, at / side % side);
            (int i, int o) = (at / (side * side) % inputs, at / (side * side * inputs));
            int from = layer.IsDepthwise ? (((y * side) + x) * outputs) + o : (((((o * side) + y) * side) + x) * inputs) + i;
            float expected = (float)stored.Value(from, o);
            if (expected != values[at])
            {
                Assert.Fail($"{layer.Name}[{o}, {i}, {y}, {x}] is not {expected}.");
            }
        }
    }

    private static void AssertFlat(TfLiteTestTensor stored, WeightTensor tensor, int channels)
    {
        int perChannel = tensor.Values.Length / channels;
        float[] expected = [.. Enumerable.Range(0, tensor.Values.Length).Select(i => (float)stored.Value(i, i / perChannel))];
        Assert.Equal(expected, tensor.Values.ToArray());
    }
}
