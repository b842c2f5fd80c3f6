using MLNet.MobileNetV2.Cli.Failures;
using MLNet.MobileNetV2.Cli.Output;
using MLNet.MobileNetV2.Machine;
using MLNet.MobileNetV2.Pretrained;

namespace MLNet.MobileNetV2.Cli.Inputs;

/// <summary>Loads the segmentation network that the user named.</summary>
internal static class SegmenterChoice
{
    /// <summary>Whether text is the name of a network or may be the path of a file.</summary>
    public static bool IsKnown(string nameOrPath) =>
        Named(nameOrPath) is not null || PathText.IsPath(nameOrPath);

    /// <summary>Loads a network, with a progress bar where it is downloaded.</summary>
    public static async Task<MobileNetV2Segmenter> LoadAsync(Terminal terminal, string nameOrPath, CancellationToken cancellationToken)
    {
        if (Named(nameOrPath) is not { } model)
        {
            return File.Exists(nameOrPath)
                ? MobileNetV2Segmenter.Load(nameOrPath)
                : throw new CommandFailedException($"The weight file '{nameOrPath}' {NotAFile.Describe(nameOrPath)}.");
        }

        WeightsStore store = WeightsChoice.OpenStore();
        RemoteFile file = model.WeightsFile;
        await ProgressBar.RunAsync(terminal, "weights", file.Length, report => store.GetAsync(
            file, new DirectProgress<DownloadProgress>(progress => report(progress.BytesReceived)), cancellationToken));
        return MobileNetV2Segmenter.CreatePretrained(model, store: WeightsChoice.StoreOptions(), cancellationToken: cancellationToken);
    }

    private static PretrainedSegmenter? Named(string name) =>
        PretrainedSegmenter.All.FirstOrDefault(model => model.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
}
