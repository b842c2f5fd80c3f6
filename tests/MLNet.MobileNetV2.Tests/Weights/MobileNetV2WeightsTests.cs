using MLNet.MobileNetV2.Images;
using MLNet.MobileNetV2.Network;
using MLNet.MobileNetV2.Weights;

namespace MLNet.MobileNetV2.Tests.Weights;

public sealed class MobileNetV2WeightsTests
{
    [Fact]
    public void New_TensorsOfTheNetworkAndOthers_KeepsThoseOfTheNetwork()
    {
        Dictionary<string, WeightTensor> tensors = TestWeights.Tensors(classes: 3);
        tensors.Add("other", new([1], new float[1]));

        var weights = new MobileNetV2Weights("mine", tensors, new ImagePreprocessing(), PaddingFlavor.PyTorchSymmetric, "ab");

        Assert.Equal(106, weights.Tensors.Count);
        Assert.Equal(3, weights.ClassCount);
        Assert.Equal("mine", weights.Name);
        Assert.Equal(PaddingFlavor.PyTorchSymmetric, weights.Padding);
        Assert.Equal("ab", weights.Sha256);
    }

    [Fact]
    public void New_NoClassifier_HasNoClassCount() => Assert.Null(TestWeights.Create().ClassCount);

    [Theory]
    [InlineData("features.3.conv.1.0.weight", null, "'features.3.conv.1.0.weight' of shape [144, 1, 3, 3] is missing")]
    [InlineData("features.3.conv.1.0.bias", new[] { 144, 1 }, "'features.3.conv.1.0.bias' has shape [144, 1]; MobileNetV2 needs [144]")]
    [InlineData("classifier.1.weight", null, "'classifier.1.weight' of shape [3, 1280] is missing")]
    [InlineData("classifier.1.bias", null, "a classifier needs a vector 'classifier.1.bias'")]
    [InlineData("classifier.1.bias", new[] { 0 }, "of at least one class")]
    public void New_TensorMissingOrOfAnotherShape_NamesIt(string name, int[]? shape, string message)
    {
        Dictionary<string, WeightTensor> tensors = TestWeights.Tensors(classes: 3);
        tensors.Remove(name);
        if (shape is not null)
        {
            tensors[name] = new(shape, new float[shape.Aggregate((left, right) => left * right)]);
        }

        WeightsFormatException e = Assert.Throws<WeightsFormatException>(
            () => new MobileNetV2Weights("mine", tensors, new ImagePreprocessing(), PaddingFlavor.TensorFlowSame));

        Assert.Contains("'mine'", e.Message, StringComparison.Ordinal);
        Assert.Contains(message, e.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void New_PaddingThatIsNotDefined_NamesThoseThatAre() => Assert.Contains(
        "TensorFlowSame, PyTorchSymmetric",
        Assert.Throws<ArgumentOutOfRangeException>(
            () => new MobileNetV2Weights("mine", TestWeights.Tensors(), new ImagePreprocessing(), (PaddingFlavor)2)).Message,
        StringComparison.Ordinal);

    [Fact]
    public void New_PreprocessingOutOfRange_NamesTheSetting() => Assert.Equal(
        "Size",
        Assert.Throws<ArgumentOutOfRangeException>(() => new MobileNetV2Weights(
            "mine", TestWeights.Tensors(), new ImagePreprocessing { Size = 0 }, PaddingFlavor.TensorFlowSame)).ParamName);

    [Fact]
    public void WithPreprocessing_OutOfRange_NamesTheSetting() => Assert.Equal(
        "CropFraction",
        Assert.Throws<ArgumentOutOfRangeException>(
            () => TestWeights.Create().WithPreprocessing(new ImagePreprocessing { CropFraction = 0 })).ParamName);

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(float.NegativeInfinity)]
    public void New_ValueThatIsNotFinite_NamesTensor(float value)
    {
        Dictionary<string, WeightTensor> tensors = TestWeights.Tensors();
        float[] values = new float[1280];
        values[777] = value;
        tensors["features.18.0.bias"] = new([1280], values);

        WeightsFormatException e = Assert.Throws<WeightsFormatException>(
            () => new MobileNetV2Weights("mine", tensors, new ImagePreprocessing(), PaddingFlavor.TensorFlowSame));

        Assert.Contains("'features.18.0.bias'", e.Reason, StringComparison.Ordinal);
        Assert.Contains("must be finite", e.Reason, StringComparison.Ordinal);
    }
}
