namespace MLNet.MobileNetV2.Tests.Cli.Commands;

public sealed class WeightsCommandTests
{
    [Fact]
    public async Task List_NamesEveryModelWithItsSizeLicenceAndSource()
    {
        CliRun run = await CliRun.InProcessAsync("weights", "list");

        Assert.Equal((0, string.Empty), (run.ExitCode, run.Error));
        Assert.All(PretrainedModels.All, model =>
        {
            Assert.Contains($"{model.Name}\n  where    ", run.Output, StringComparison.Ordinal);
            Assert.Contains($"  licence  {model.License}\n  source   {model.Source}\n", run.Output, StringComparison.Ordinal);
        });
        Assert.All(PretrainedSegmenter.All, model => Assert.Contains(
            $"{model.Name}\n  where    ", run.Output, StringComparison.Ordinal));
        Assert.Contains("  bytes    3,610,798\n", run.Output, StringComparison.Ordinal);
        Assert.Contains("embedded\n  where    embedded\n  bytes    -\n", run.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("path", "embedded")]
    [InlineData("path", "EMBEDDED")]
    [InlineData("download", "embedded")]
    public async Task PathAndDownload_OfTheEmbeddedWeights_SayThatThereIsNoFile(string command, string name)
    {
        CliRun run = await CliRun.InProcessAsync("weights", command, name);

        Assert.Equal("The weights 'embedded' are embedded in the library: there is no file, and none is needed.\n", run.AssertFailed(1));
    }
}
