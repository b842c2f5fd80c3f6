using MLNet.MobileNetV2.Cli.Failures;
using MLNet.MobileNetV2.Cli.Output;
using MLNet.MobileNetV2.Serving;

namespace MLNet.MobileNetV2.Cli.Inputs;

/// <summary>A pretrained network with its own classes, as the user chose it.</summary>
internal static class PretrainedChoice
{
    /// <summary>Loads weights by their name or file, and makes a predictor of their own classes.</summary>
    /// <exception cref="CommandFailedException">They have no classifier.</exception>
    public static async Task<MobileNetV2Predictor> LoadAsync(Terminal terminal, WeightsSource source, CancellationToken cancellationToken)
    {
        LoadedWeights loaded = await WeightsChoice.LoadAsync(terminal, WeightsChoice.OpenStore(), source, cancellationToken);
        WeightsChoice.WriteFallback(terminal, loaded);
        if (loaded.Weights.ClassCount is null)
        {
            string names = string.Join(", ", PretrainedModels.All.Select(model => model.Name));
            throw new CommandFailedException(
                $"The weights '{loaded.Weights.Name}' have no classifier, so they cannot name images by themselves. "
                + $"Choose --weights {names}, or train a classifier of your own with 'mobilenetv2 train'.",
                ExitCode.WrongUsage);
        }

        return MobileNetV2Predictor.Create(PretrainedNetwork.Load(source, loaded), new());
    }
}
