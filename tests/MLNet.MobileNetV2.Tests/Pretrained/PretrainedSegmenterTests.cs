using MLNet.MobileNetV2.Tests.Support;
using MLNet.MobileNetV2.Weights;

namespace MLNet.MobileNetV2.Tests.Pretrained;

public sealed class PretrainedSegmenterTests
{
    [Fact]
    public void All_AreVocsAtAFixedCommit()
    {
        Assert.Equal(["voc", "voc-0.5"], PretrainedSegmenter.All.Select(model => model.Name));
        Assert.All(PretrainedSegmenter.All, model =>
        {
            Assert.Equal("Apache-2.0", model.License);
            Assert.NotEmpty(model.Source);
            Assert.Equal(21, model.Labels.Count);
            Assert.Equal(("background", "bird", "tvmonitor"), (model.Labels[0], model.Labels[3], model.Labels[20]));
            Assert.Equal(model.Sha256, model.WeightsFile.Sha256);
            Assert.Equal(Uri.UriSchemeHttps, model.WeightsFile.Url.Scheme);
            Assert.Matches($"/[0-9a-f]{{40}}/{model.WeightsFile.FileName}$", model.WeightsFile.Url.AbsolutePath);
        });
    }

    [Fact]
    public void All_AreNoWeightsForFeatures() =>
        Assert.Empty(PretrainedSegmenter.All.Select(model => model.Name).Intersect(PretrainedModels.All.Select(model => model.Name)));

    [Theory]
    [InlineData("voc", 1)]
    [InlineData("voc-0.5", 0.5)]
    public void Load_OfTheRealFiles_GivesTheNetwork(string name, double width)
    {
        string folder = TestEnvironment.RequireWeightsFolder();
        PretrainedSegmenter model = PretrainedSegmenter.All.Single(model => model.Name == name);
        Assert.SkipUnless(File.Exists(Path.Combine(folder, model.WeightsFile.FileName)), $"'{name}' is not among the weights.");

        SegmentationWeights weights = new WeightsStore(new() { Folder = folder }).Load(model, TestContext.Current.CancellationToken);

        Assert.Equal((width, 16, 21, 33), (
            weights.Architecture.WidthMultiplier, weights.Architecture.OutputStride, weights.ClassCount, weights.MapSide));
        Assert.Equal(513, weights.Preprocessing.Size);
        Assert.Equal((new ChannelValues(128, 128, 128), new ChannelValues(128, 128, 128)), (
            weights.Preprocessing.Mean, weights.Preprocessing.Std));
        Assert.Equal(17 + 10 + 3, weights.Ranges.Count);
    }

    [Fact]
    public void CreatePretrained_OfDamagedOrMissingFiles_SaysSo()
    {
        using var folder = new TempFolder();
        var store = new WeightsStoreOptions { Folder = folder.Path, CacheFolder = folder.File("cache"), Offline = true };

        string missing = Assert.Throws<WeightsUnavailableException>(() => Create(PretrainedSegmenter.Voc)).Message;
        File.WriteAllText(folder.File(PretrainedSegmenter.VocHalf.WeightsFile.FileName), "damaged");

        Assert.Contains("mobilenetv2 weights download voc'", missing, StringComparison.Ordinal);
        Assert.DoesNotContain("embedded", missing, StringComparison.Ordinal);
        Assert.Throws<WeightsFormatException>(() => Create(PretrainedSegmenter.VocHalf));

        MobileNetV2Segmenter Create(PretrainedSegmenter model) => MobileNetV2Segmenter.CreatePretrained(
            model, store: store, cancellationToken: TestContext.Current.CancellationToken);
    }
}
