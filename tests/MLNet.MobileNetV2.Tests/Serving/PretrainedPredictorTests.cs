using System.Numerics.Tensors;
using Microsoft.ML.Data;
using MLNet.MobileNetV2.Onnx;
using MLNet.MobileNetV2.Pretrained;
using MLNet.MobileNetV2.Serving;
using MLNet.MobileNetV2.Tests.Support;

namespace MLNet.MobileNetV2.Tests.Serving;

/// <summary>Predictors of the pretrained network's own classes.</summary>
public sealed class PretrainedPredictorTests
{
    private static readonly ImagePreprocessing s_small = new() { Size = 64 };
    private static readonly string[] s_labels = [.. Enumerable.Range(0, NetworkClasses.ImageNet.Count).Select(index => $"class {index}")];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1000)]
    [InlineData(1001)]
    public void Predict_WithOrWithoutBackground_GivesTheSoftmaxOfTheThousandLogits(int classCount)
    {
        MobileNetV2Weights weights = Weights(classCount);
        using MobileNetV2Predictor predictor = Predictor(weights);
        string path = Repository.SampleFiles(1)[0];
        using var network = new PictureNetwork(weights, InferenceGraphOutputs.Logits, FeatureTap.Features, new(1, ExecutionProvider.Cpu));
        float[] logits = new float[classCount];
        network.Run(path, static (preprocessor, path, pixels) => preprocessor.FromFile(path, pixels), logits);
        float[] expected = new float[1000];
        TensorPrimitives.SoftMax(logits.AsSpan(classCount - 1000), expected);

        IReadOnlyList<ClassScore> scores = predictor.Predict(path, 1000, Token);

        Assert.Equal(1, scores.Sum(score => score.Score), 1e-5);
        Assert.InRange(Photos.MaxDifference([expected], [PhotoModel.InOrder(scores)]), 0, 1e-6);
        Assert.Equal(("class 1", "class 1000"), (predictor.Labels[0], predictor.Labels[^1]));
        Assert.All(scores, score => Assert.Equal(predictor.Labels[score.Index], score.Label));
    }

    [Fact]
    public void Predict_OfPathBytesAndImage_Agree()
    {
        using MobileNetV2Predictor predictor = Predictor(Weights(1001));
        string path = Repository.SampleFiles(1)[0];
        using MLImage image = MLImage.CreateFromFile(path);

        float[] expected = PhotoModel.InOrder(predictor.Predict(path, 1000, Token));

        Assert.Equal(expected, PhotoModel.InOrder(predictor.Predict(File.ReadAllBytes(path), 1000, Token)));
        Assert.InRange(Photos.MaxDifference([expected], [PhotoModel.InOrder(predictor.Predict(image, 1000, Token))]), 0, 0.02);
    }

    [Fact]
    public void CreatePretrained_OfAFile_TakesTheNamesBesideIt()
    {
        using var folder = new TempFolder();
        string path = folder.File("weights.safetensors");
        Weights(1001).SaveSafetensors(path);
        File.WriteAllLines(folder.File(EmbeddedFile.Labels), s_labels);

        using MobileNetV2Predictor predictor = MobileNetV2Predictor.CreatePretrained(
            WeightsSource.FromFile(path), new() { Top = 3 }, new() { CacheFolder = folder.Path, Offline = true }, Token);

        Assert.Equal(3, predictor.Predict(Repository.SampleFiles(1)[0], cancellationToken: Token).Count);
        Assert.Equal("class 1", predictor.Labels[0]);
    }

    [Fact]
    public void CreatePretrained_WithoutArguments_NamesPhotosWithoutAFile()
    {
        using var folder = new TempFolder();
        using MobileNetV2Predictor predictor = MobileNetV2Predictor.CreatePretrained(
            store: new() { CacheFolder = folder.Path, Offline = true }, cancellationToken: Token);
        string church = Path.Combine(Repository.SamplePhotos, "building", "church.webp");

        Assert.Contains(predictor.Predict(church, 20, Token), score => score.Label == "church, church building");
        Assert.Equal("tench, Tinca tinca", predictor.Labels[0]);
        Assert.Empty(folder.Names());
    }

    [Fact]
    public void CreatePretrained_OfTheCatalog_NamesAPhoto()
    {
        string photo = Directory.GetFiles(Path.Combine(TestEnvironment.RequireDataFolder(), "imagenet-dev"), "*.jpg")
            .Order(StringComparer.Ordinal).First();
        using MobileNetV2Predictor predictor = MobileNetV2Predictor.CreatePretrained(
            WeightsSource.ImageNet,
            store: new WeightsStoreOptions { Folder = TestEnvironment.RequireWeightsFolder(), Offline = true },
            cancellationToken: Token);

        int[] found = [.. predictor.Predict(photo, cancellationToken: Token).Select(score => score.Index)];

        Assert.Contains(int.Parse(Path.GetFileName(photo).Split('_')[0], System.Globalization.CultureInfo.InvariantCulture), found);
        Assert.Equal(1000, predictor.Labels.Count);
    }

    [Fact]
    public void Of_WeightsWithTheBackgroundLast_LeavesItsScoreOut()
    {
        MobileNetV2Weights weights = Weights(965);
        using MobileNetV2Predictor predictor = MobileNetV2Predictor.Create(PretrainedNetwork.Of(weights, NetworkClasses.Birds), new());
        string path = Repository.SampleFiles(1)[0];
        using var network = new PictureNetwork(weights, InferenceGraphOutputs.Logits, FeatureTap.Features, new(1, ExecutionProvider.Cpu));
        float[] logits = new float[965];
        network.Run(path, static (preprocessor, path, pixels) => preprocessor.FromFile(path, pixels), logits);
        float[] expected = new float[964];
        TensorPrimitives.SoftMax(logits.AsSpan(0, 964), expected);

        IReadOnlyList<ClassScore> scores = predictor.Predict(path, 964, Token);

        Assert.InRange(Photos.MaxDifference([expected], [PhotoModel.InOrder(scores)]), 0, 1e-6);
        Assert.Equal(NetworkClasses.Birds.All.Take(964), predictor.Labels);
    }

    [Theory]
    [InlineData("birds", 964)]
    [InlineData("insects", 1021)]
    public void CreatePretrained_OfFineGrainedWeights_NamesTheirClasses(string name, int classes)
    {
        using MobileNetV2Predictor predictor = MobileNetV2Predictor.CreatePretrained(
            WeightsSource.Parse(name),
            store: new WeightsStoreOptions { Folder = TestEnvironment.RequireWeightsFolder(), Offline = true },
            cancellationToken: Token);

        ClassScore best = predictor.Predict(Path.Combine(Repository.SamplePhotos, "animal", "bug.webp"), 1, Token)[0];

        Assert.Equal(classes, predictor.Labels.Count);
        Assert.DoesNotContain("background", predictor.Labels);
        Assert.Matches(@"^[A-Z]\w+ .*\(.+\)$", best.Label);
    }

    [Fact]
    public void CreatePretrained_WithoutWeights_SaysThatTheyAreNotThere()
    {
        using var folder = new TempFolder();

        WeightsUnavailableException error = Assert.Throws<WeightsUnavailableException>(
            () => MobileNetV2Predictor.CreatePretrained(
                WeightsSource.ImageNet, store: new() { CacheFolder = folder.Path, Offline = true }, cancellationToken: Token));

        Assert.Equal(PretrainedModels.ImageNet.WeightsFile!.FileName, error.FileName);
    }

    [Theory]
    [InlineData(null, "no classifier")]
    [InlineData(5, "a classifier of 5 classes")]
    public void Of_OtherWeights_ThrowsNamingThoseThatFit(int? classCount, string found)
    {
        WeightsFormatException error = Assert.Throws<WeightsFormatException>(() => Predictor(Weights(classCount)));

        Assert.Contains(found, error.Message, StringComparison.Ordinal);
        Assert.Contains("Use embedded or imagenet or imagenet-keras or birds or insects.", error.Message, StringComparison.Ordinal);
    }

    private static MobileNetV2Weights Weights(int? classCount) =>
        RandomWeights.Create(9, s_small, PaddingFlavor.TensorFlowSame, classCount);

    private static MobileNetV2Predictor Predictor(MobileNetV2Weights weights) =>
        MobileNetV2Predictor.Create(PretrainedNetwork.Of(weights, Names()), new());

    private static NetworkClasses Names()
    {
        using var folder = new TempFolder();
        File.WriteAllLines(folder.File("names.txt"), s_labels);
        return NetworkClasses.ImageNet.Load(folder.File("names.txt"));
    }
}
