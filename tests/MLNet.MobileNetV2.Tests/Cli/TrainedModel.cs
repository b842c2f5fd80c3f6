using MLNet.MobileNetV2.Tests.Cli;
using MLNet.MobileNetV2.Tests.Support;

[assembly: AssemblyFixture(typeof(TrainedModel))]

namespace MLNet.MobileNetV2.Tests.Cli;

/// <summary>A model of animal, building and food that the command line trained on a few images, once for all tests.</summary>
public sealed class TrainedModel : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly Lazy<Task<string>> _path;

    public TrainedModel() => _path = new(TrainAsync);

    /// <summary>Trains on the first call.</summary>
    public Task<string> PathAsync() => _path.Value;

    public void Dispose() => _folder.Dispose();

    private async Task<string> TrainAsync()
    {
        using var photos = new SampleFolder(8, "animal", "building", "food");
        string path = _folder.File("model.zip");
        CliRun run = await CliRun.InProcessAsync("train", photos.Path, "--output", path, "--weights", "embedded");
        Assert.True(run.ExitCode == 0, run.Error);
        return path;
    }
}
