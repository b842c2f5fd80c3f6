using MLNet.MobileNetV2.Tests.Support;
using MLNet.MobileNetV2.Tests.Weights;

namespace MLNet.MobileNetV2.Tests.Pretrained;

public sealed class WeightsSourceTests
{
    public static TheoryData<string, WeightsSource> Names => new()
    {
        { "auto", WeightsSource.Auto },
        { "imagenet", WeightsSource.ImageNet },
        { "imagenet-keras", WeightsSource.ImageNetKeras },
        { "birds", WeightsSource.Birds },
        { "insects", WeightsSource.Insects },
        { "embedded", WeightsSource.Embedded },
    };

    [Theory]
    [MemberData(nameof(Names), DisableDiscoveryEnumeration = true)]
    public void Parse_Name_InAnyCase_IsTheSource(string name, WeightsSource expected)
    {
        Assert.Same(expected, WeightsSource.Parse(name));
        Assert.Same(expected, WeightsSource.Parse(name.ToUpperInvariant()));
        Assert.Equal(name, expected.Name);
        Assert.Equal(name, expected.ToString());
    }

    [Fact]
    public void Parse_FileThatIsThere_IsTheFile()
    {
        using var folder = new TempFolder();
        string path = folder.File("weights.safetensors");
        File.WriteAllText(path, "");

        Assert.Equal(path, WeightsSource.Parse(path).Path);
        Assert.Equal(path, WeightsSource.Parse(path).Name);
    }

    [Theory]
    [InlineData("gone.pth")]
    [InlineData("weights/gone")]
    [InlineData("https://example.org/weights.tflite")]
    public async Task Parse_FileThatIsNotThere_IsAFileWhoseLoadingSaysSo(string path)
    {
        WeightsSource source = WeightsSource.Parse(path);

        FileNotFoundException error = await Assert.ThrowsAsync<FileNotFoundException>(
            () => new WeightsStore().LoadAsync(source, cancellationToken: TestContext.Current.CancellationToken));

        string problem = path.Contains("://", StringComparison.Ordinal) ? "is a URL" : "does not exist.";
        Assert.StartsWith($"The weight file '{path}' {problem}", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Parse_NeitherNameNorFile_NamesWhatIsAllowed()
    {
        ArgumentException e = Assert.Throws<ArgumentException>(() => WeightsSource.Parse("resnet"));

        Assert.Contains("'resnet'", e.Message, StringComparison.Ordinal);
        Assert.Contains(
            "auto, embedded, imagenet, imagenet-keras, birds, insects or the path of a weight file (.safetensors, .onnx",
            e.Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void From_Weights_HasTheirName() => Assert.Equal("random", WeightsSource.From(TestWeights.Create()).Name);

    [Fact]
    public void WhereNoneAreNamed_TheEmbeddedOnesAreTaken_AndATeacherIsImageNet()
    {
        Assert.Same(WeightsSource.Embedded, new MobileNetV2FeaturizerOptions().Weights);
        Assert.Same(WeightsSource.Embedded, new MobileNetV2TrainerOptions().Weights);
        Assert.Same(WeightsSource.Embedded, new ImageFolderTrainingOptions().Weights);
        Assert.Same(WeightsSource.ImageNet, new FeatureDistillationOptions { Student = WeightsSource.Embedded }.Teacher);
    }

    [Fact]
    public void Parse_NameOfFormerWeights_NamesThoseThatThereAre() => Assert.Contains(
        "The weights 'coco' are not known; auto, embedded, imagenet, imagenet-keras, birds, insects or",
        Assert.Throws<ArgumentException>(() => WeightsSource.Parse("coco")).Message,
        StringComparison.Ordinal);
}
