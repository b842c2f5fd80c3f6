using MLNet.MobileNetV2.Tests.Cli;
using MLNet.MobileNetV2.Tests.Support;
using MLNet.MobileNetV2.Weights;

namespace MLNet.MobileNetV2.Tests.FolderTraining;

/// <summary>A model that cannot grow, or photos that cannot be added, say why.</summary>
public sealed class ImageFolderGrowthErrorTests : IDisposable
{
    private readonly GrowthFolder _folder = new();

    private static CancellationToken TestStop => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Run_OfAModelWithoutStatistics_SaysHowToKeepThem()
    {
        _folder.Train(new() { Weights = WeightsSource.Embedded, KeepsStatistics = false });
        _folder.More.AddClass("building", "building", 4);

        InvalidDataException error = Assert.Throws<InvalidDataException>(() => _folder.Grow());

        AssertMessage.Tells(error.Message, _folder.ModelPath, "keeps no statistics", "KeepsStatistics");
    }

    [Theory]
    [InlineData("")]
    [InlineData("no safetensors at all, and not even long")]
    public void Run_OfAModelWithDamagedStatistics_SaysSo(string content)
    {
        _folder.Train();
        _folder.More.AddClass("building", "building", 4);
        _folder.Statistics = System.Text.Encoding.UTF8.GetBytes(content);

        InvalidDataException error = Assert.Throws<InvalidDataException>(() => _folder.Grow());

        AssertMessage.Tells(error.Message, _folder.ModelPath, "are damaged");
    }

    [Theory]
    [InlineData("\"Classes\":null", 1f)]
    [InlineData("\"Classes\":[\"animal\",null]", 1f)]
    [InlineData("\"Classes\":[\"animal\",\"animal\"]", 1f)]
    [InlineData("\"Classes\":[\"animal\"]", 1f)]
    [InlineData("\"Classes\":[\"animal\",\"food\"],\"Temperature\":-1", 1f)]
    [InlineData("\"Classes\":[\"animal\",\"food\"],\"Unknown\":{\"Label\":null}", 1f)]
    [InlineData("\"Classes\":[\"animal\",\"food\"]", -1f)]
    [InlineData("\"Classes\":[\"animal\",\"food\"]", float.NaN)]
    public void Run_OfAModelWithUnfitStatistics_SaysSo(string content, float count)
    {
        _folder.Train();
        _folder.More.AddClass("building", "building", 4);
        using var bytes = new MemoryStream();
        static WeightTensor Vector(params float[] values) => new([values.Length], values);
        static WeightTensor Matrix(int rows) => new([rows, 1280], new float[rows * 1280]);
        SafetensorsWriter.Write(
            bytes,
            new Dictionary<string, WeightTensor>
            {
                ["means"] = Matrix(2),
                ["directions"] = Matrix(1),
                ["counts"] = Vector(1, count),
                ["sums_of_squares"] = Vector(1),
            },
            new Dictionary<string, string>
            {
                ["mobilenetv2.statistics.v1"] = $"{{\"Rest\":1,\"Freedom\":2,\"Temperature\":1,{content}}}",
            },
            SafetensorsType.F32);
        _folder.Statistics = bytes.ToArray();

        AssertMessage.Tells(Assert.Throws<InvalidDataException>(() => _folder.Grow()).Message, _folder.ModelPath, "are damaged");
    }

    [Fact]
    public void Run_OfAModelWithTheStatisticsOfAnother_SaysSo()
    {
        _folder.Train();
        byte[] own = _folder.Statistics;
        using var others = new SampleFolder(6, "building", "food");
        _folder.Train(others);
        _folder.Statistics = own;

        _folder.More.AddClass("vehicle", "vehicle", 4);
        AssertMessage.Tells(
            Assert.Throws<InvalidDataException>(() => _folder.Grow()).Message, _folder.ModelPath, "are of other classes than its own");
    }

    [Fact]
    public void Run_WithOnlyBadPhotosInAClass_NamesIt()
    {
        _folder.Train();
        _folder.More.AddBadPhotos("building");

        ImageFolderException error = Assert.Throws<ImageFolderException>(() => _folder.Grow());

        AssertMessage.Tells(error.Message, "no image can be used in the class building", "bad-");
    }

    [Fact]
    public void Run_WithValidationOfAnotherClass_NamesItAndTheClasses()
    {
        _folder.Train();
        _folder.More.AddClass("building", "building", 4);
        using var others = new SampleFolder(2, "vehicle");

        ImageFolderException error = Assert.Throws<ImageFolderException>(
            () => _folder.Grow(new() { ValidationFolder = others.Path }));

        AssertMessage.Tells(error.Message, others.Path, "vehicle", "animal, building, food");
    }

    [Fact]
    public void Run_WithoutTheModelOrTheFolder_NamesThem()
    {
        Assert.Throws<FileNotFoundException>(() => ImageFolderGrowth.Run("absent.zip", _folder.More.Path, cancellationToken: TestStop));
        _folder.Train();
        ImageFolderException error = Assert.Throws<ImageFolderException>(
            () => ImageFolderGrowth.Run(_folder.ModelPath, "absent", cancellationToken: TestStop));
        AssertMessage.Tells(error.Message, "absent");
    }

    [Fact]
    public void Run_WithACancelledToken_StopsAndLeavesNothingBehind()
    {
        _folder.Train();
        _folder.More.AddClass("building", "building", 4);

        Assert.ThrowsAny<OperationCanceledException>(
            () => ImageFolderGrowth.Run(_folder.ModelPath, _folder.More.Path, cancellationToken: new CancellationToken(canceled: true)));
    }
}
