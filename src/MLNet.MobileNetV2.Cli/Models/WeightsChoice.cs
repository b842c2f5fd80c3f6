using MLNet.MobileNetV2.Cli.Output;

namespace MLNet.MobileNetV2.Cli.Models;

/// <summary>Loads the weights that the user named.</summary>
internal static class WeightsChoice
{
    /// <summary>The store that the environment describes.</summary>
    public static WeightsStore OpenStore()
    {
        try
        {
            return new WeightsStore();
        }
        catch (ArgumentException error)
        {
            throw new CommandFailedException(Failure.OneLine(error), innerException: error);
        }
    }

    public static async Task<LoadedWeights> LoadAsync(
        Terminal terminal, WeightsStore store, WeightsSource source, CancellationToken cancellationToken)
    {
        long total = PretrainedModels.ImageNet.WeightsFile!.Length;
        return await ProgressBar.RunAsync(terminal, "weights", total, report => store.LoadAsync(
            source, new DirectProgress<DownloadProgress>(progress => report(progress.BytesReceived)), cancellationToken));
    }

    /// <summary>Says so where the weights are not the first choice.</summary>
    public static void WriteFallback(Terminal terminal, LoadedWeights loaded)
    {
        if (loaded.FallbackReason is not null)
        {
            terminal.Error.WriteLine(
                $"Using the embedded weights '{loaded.Weights.Name}', whose features are weaker than ImageNet's: {loaded.FallbackReason} "
                + "To use ImageNet's, set MOBILENETV2_WEIGHTS to a folder that holds the file, or run 'mobilenetv2 weights download imagenet'.");
        }
    }
}
