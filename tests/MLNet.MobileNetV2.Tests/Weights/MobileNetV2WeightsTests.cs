namespace MLNet.MobileNetV2.Tests.Weights;

public sealed class MobileNetV2WeightsTests
{
    private static readonly MobileNetV2Architecture s_backbone = new(numClasses: 0, padding: PaddingFlavor.TensorFlowSame);

    [Fact]
    public void New_TensorsOfTheNetworkAndOthers_KeepsThoseOfTheNetwork()
    {
        Dictionary<string, WeightTensor> tensors = TestWeights.Tensors(classes: 3);
        tensors.Add("other", new([1], new float[1]));

        var weights = new MobileNetV2Weights("mine", new MobileNetV2Architecture(3), tensors, new ImagePreprocessing(), "ab");

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
    [InlineData("classifier.1.bias", null, "'classifier.1.bias' of shape [3] is missing")]
    [InlineData("classifier.1.bias", new[] { 4 }, "'classifier.1.bias' has shape [4]; MobileNetV2 needs [3]")]
    public void New_TensorMissingOrOfAnotherShape_NamesIt(string name, int[]? shape, string message)
    {
        Dictionary<string, WeightTensor> tensors = TestWeights.Tensors(classes: 3);
        tensors.Remove(name);
        if (shape is not null)
        {
            tensors[name] = new(shape, new float[shape.Aggregate((left, right) => left * right)]);
        }

        WeightsFormatException e = Assert.Throws<WeightsFormatException>(
            () => new MobileNetV2Weights("mine", new MobileNetV2Architecture(3), tensors, new ImagePreprocessing()));

        Assert.Contains("'mine'", e.Message, StringComparison.Ordinal);
        Assert.Contains(message, e.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void New_PreprocessingOutOfRange_NamesTheSetting() => Assert.Equal(
        "Size",
        Assert.Throws<ArgumentOutOfRangeException>(() => new MobileNetV2Weights(
            "mine", s_backbone, TestWeights.Tensors(), new ImagePreprocessing { Size = 0 })).ParamName);

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
            () => new MobileNetV2Weights("mine", s_backbone, tensors, new ImagePreprocessing()));

        Assert.Contains("'features.18.0.bias'", e.Reason, StringComparison.Ordinal);
        Assert.Contains("must be finite", e.Reason, StringComparison.Ordinal);
    }
}
