using MLNet.MobileNetV2.Network;
using MLNet.MobileNetV2.Weights;
using MLNet.MobileNetV2.Weights.Formats;

namespace MLNet.MobileNetV2.Tests.Weights.Formats;

/// <summary>Whole networks that are laid out by hand, in each type and form of TFLite.</summary>
public sealed class TfLiteReaderTests
{
    [Theory]
    [InlineData(TfLiteTestFile.Float32, false, 0, false)]
    [InlineData(TfLiteTestFile.Int8, true, 5, true)]
    [InlineData(TfLiteTestFile.UInt8, false, 7, false)]
    public void Read_WholeNetwork_GivesEveryValueInTheNetworksOrder(byte type, bool padsApart, int classes, bool isFullyConnected)
    {
        var file = new TfLiteTestFile(type, padsApart, classes, isFullyConnected);

        IReadOnlyDictionary<string, WeightTensor> tensors = TfLiteReader.Read("net.tflite", file.Write());

        Assert.Equal(104 + (classes > 0 ? 2 : 0), tensors.Count);
        foreach (ConvolutionLayer layer in MobileNetV2Architecture.Default.Convolutions())
        {
            WeightTensor kernel = tensors[$"{layer.Name}.weight"];
            Assert.Equal(layer.KernelShape, kernel.Shape);
            AssertKernel(layer, file.Weights[$"{layer.Name}.weight"], kernel.Values.Span);
            AssertFlat(file.Weights[$"{layer.Name}.bias"], tensors[$"{layer.Name}.bias"], layer.OutputChannels);
        }

        if (classes > 0)
        {
            Assert.Equal([classes, 1280], tensors["classifier.1.weight"].Shape);
            AssertFlat(file.Weights["classifier.1.weight"], tensors["classifier.1.weight"], classes);
            AssertFlat(file.Weights["classifier.1.bias"], tensors["classifier.1.bias"], classes);
        }
    }

    [Fact]
    public void Read_QuantizesAroundTheGraph_AreFollowed()
    {
        var file = new TfLiteTestFile(TfLiteTestFile.Int8);
        file.Tensors.Add(new([1], TfLiteTestFile.Int8));
        int quantized = file.Tensors.Count - 1;
        file.Operators[0].Inputs[0] = quantized;
        file.Operators.Insert(0, new(TfLiteTestFile.Quantize, [0], [quantized]));

        Assert.Equal(104, TfLiteReader.Read("net.tflite", file.Write()).Count);
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

    private static void AssertKernel(ConvolutionLayer layer, TfLiteTestTensor stored, ReadOnlySpan<float> values)
    {
        (int side, int inputs) = (layer.KernelSize, layer.InputChannels / layer.Groups);
        for (int o = 0; o < layer.OutputChannels; o++)
        {
            for (int i = 0; i < inputs; i++)
            {
                for (int y = 0; y < side; y++)
                {
                    for (int x = 0; x < side; x++)
                    {
                        int from = layer.IsDepthwise
                            ? (((y * side) + x) * layer.OutputChannels) + o
                            : (((((o * side) + y) * side) + x) * inputs) + i;
                        float expected = (float)stored.Value(from, o);
                        if (expected != values[(((((o * inputs) + i) * side) + y) * side) + x])
                        {
                            Assert.Fail($"{layer.Name}[{o}, {i}, {y}, {x}] is not {expected}.");
                        }
                    }
                }
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
