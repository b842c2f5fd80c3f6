using System.Buffers.Binary;
using MLNet.MobileNetV2.Pretrained;
using MLNet.MobileNetV2.Tests.Support;
using MLNet.MobileNetV2.WeightsImport.TfLite;

namespace MLNet.MobileNetV2.Tests.WeightsImport.TfLite;

/// <summary>The published files, byte for byte: positions of raw values in them are known, and dequantised here by hand.</summary>
public sealed class TfLiteRealFilesTests
{
    [Theory]
    [InlineData("imagenet")]
    [InlineData("imagenet-keras")]
    public void Read_PublishedFile_HasEveryTensorOfTheNetworkAndItsClassifier(string name)
    {
        PretrainedModel model = PretrainedModels.All.Single(model => model.Name == name);
        string path = Path.Combine(TestEnvironment.RequireWeightsFolder(), model.WeightsFile!.FileName);

        MobileNetV2Weights weights = WeightsFile.Read(model, path, File.ReadAllBytes(path));

        Assert.Equal(106, weights.Tensors.Count);
        Assert.Equal(1001, weights.ClassCount);
        Assert.Equal(model.ClassCount, weights.ClassCount);
        Assert.Equal(PaddingFlavor.TensorFlowSame, weights.Padding);
        Assert.Equal(model.Sha256, weights.Sha256);
    }

    [Fact]
    public void Read_UInt8ATensor_DequantizesWithTheTensorsScaleAndZeroPoint()
    {
        byte[] file = File.ReadAllBytes(Path.Combine(TestEnvironment.RequireWeightsFolder(), "mobilenet_v2_1.0_224_quant.tflite"));
        IReadOnlyDictionary<string, WeightTensor> tensors = TfLiteReader.Read("quant", file, new()).Tensors;

        const int Stem = 3472680, Depthwise = 3472376, Bias = 3473556, Classifier = 1628;
        float scale = Single(file, 3579648);
        for (int o = 0; o < 32; o++)
        {
            for (int i = 0; i < 3; i++)
            {
                for (int p = 0; p < 9; p++)
                {
                    Assert.Equal(
                        (file[Stem + (((o * 9) + p) * 3) + i] - 122) * scale,
                        tensors["features.0.0.weight"].Values.Span[(((o * 3) + i) * 9) + p]);
                }
            }

            Assert.Equal(
                (file[Depthwise + (4 * 32) + o] - 165) * Single(file, 3579188),
                tensors["features.1.conv.0.0.weight"].Values.Span[(o * 9) + 4]);
            Assert.Equal((float)(Int32(file, Bias + (o * 4)) * (double)Single(file, 3579816)), tensors["features.0.0.bias"].Values.Span[o]);
        }

        foreach (int at in new[] { 0, 1, 1279, 1280, 1281279 })
        {
            Assert.Equal((file[Classifier + at] - 113) * Single(file, 3551948), tensors["classifier.1.weight"].Values.Span[at]);
        }
    }

    [Fact]
    public void Read_Int8AChannel_DequantizesWithTheChannelsScale()
    {
        byte[] file = File.ReadAllBytes(Path.Combine(TestEnvironment.RequireWeightsFolder(), "tf2_mobilenet_v2_1.0_224_ptq.tflite"));
        IReadOnlyDictionary<string, WeightTensor> tensors = TfLiteReader.Read("ptq", file, new()).Tensors;

        const int Depthwise =
            3545124, DepthwiseScales = 4045812, Classifier = 5916, ClassifierScales = 3606224, Bias = 1900, BiasScales = 3593924;
        for (int c = 0; c < 32; c++)
        {
            for (int p = 0; p < 9; p++)
            {
                float expected = (sbyte)file[Depthwise + (p * 32) + c] * Single(file, DepthwiseScales + (c * 4));
                Assert.Equal(expected, tensors["features.1.conv.0.0.weight"].Values.Span[(c * 9) + p]);
            }
        }

        foreach (int o in new[] { 0, 1, 500, 1000 })
        {
            float expected = (sbyte)file[Classifier + (o * 1280) + 77] * Single(file, ClassifierScales + (o * 4));
            Assert.Equal(expected, tensors["classifier.1.weight"].Values.Span[(o * 1280) + 77]);
            float bias = (float)(Int32(file, Bias + (o * 4)) * (double)Single(file, BiasScales + (o * 4)));
            Assert.Equal(bias, tensors["classifier.1.bias"].Values.Span[o]);
        }
    }

    private static float Single(byte[] file, int position) => BinaryPrimitives.ReadSingleLittleEndian(file.AsSpan(position));

    private static int Int32(byte[] file, int position) => BinaryPrimitives.ReadInt32LittleEndian(file.AsSpan(position));
}
