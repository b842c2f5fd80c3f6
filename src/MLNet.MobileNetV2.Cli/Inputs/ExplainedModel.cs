using MLNet.MobileNetV2.Cli.Failures;
using MLNet.MobileNetV2.Cli.Output;

namespace MLNet.MobileNetV2.Cli.Inputs;

/// <summary>The model that <c>explain</c> explains: a saved one, or a pretrained network with its own classes.</summary>
internal static class ExplainedModel
{
    private const int ClassesShown = 20;

    /// <summary>Loads the network of a name, or the model of a file.</summary>
    /// <exception cref="CommandFailedException">The model has steps that cannot be explained, or is none.</exception>
    public static async Task<MobileNetV2Predictor> LoadAsync(Terminal terminal, string model, CancellationToken cancellationToken)
    {
        if (!File.Exists(model) && Named(model) is { } source)
        {
            return await PretrainedChoice.LoadAsync(terminal, source, cancellationToken);
        }

        try
        {
            return MobileNetV2Predictor.Load(model);
        }
        catch (NotSupportedException error)
        {
            throw new CommandFailedException(
                $"The model '{model}' cannot be explained: {Failure.OneLine(error)}", innerException: error);
        }
    }

    /// <summary>The place of a class among a model's.</summary>
    /// <exception cref="CommandFailedException">It has no such class.</exception>
    public static int IndexOf(IReadOnlyList<string> classes, string name)
    {
        int index = classes.ToList().IndexOf(name);
        string more = classes.Count > ClassesShown ? $" and {classes.Count - ClassesShown} more" : string.Empty;
        return index >= 0 ? index : throw new CommandFailedException(
            $"The model has no class '{name}'; its classes are: {string.Join(", ", classes.Take(ClassesShown))}{more}.",
            ExitCode.WrongUsage);
    }

    private static WeightsSource? Named(string name) =>
        name == WeightsSource.Auto.Name || PretrainedModels.All.Any(model => model.Name == name) ? WeightsSource.Parse(name) : null;
}
