using MLNet.MobileNetV2.Cli.Failures;
using MLNet.MobileNetV2.Cli.Output;
using MLNet.MobileNetV2.Machine;

namespace MLNet.MobileNetV2.Cli.Inputs;

/// <summary>Loads the weights that the user named.</summary>
internal static class WeightsChoice
{
    /// <summary>The store that the environment describes.</summary>
    public static WeightsStore OpenStore() => new(StoreOptions());

    /// <summary>The options of that store.</summary>
    /// <exception cref="CommandFailedException">A variable has a value that is not allowed.</exception>
    public static WeightsStoreOptions StoreOptions()
    {
        try
        {
            return WeightsStoreOptions.FromEnvironment();
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

    /// <summary>Says so if the weights are not the first choice.</summary>
    public static void WriteFallback(Terminal terminal, LoadedWeights loaded)
    {
        if (loaded.FallbackWarning is { } warning)
        {
            terminal.Warn(warning);
        }
    }
}
