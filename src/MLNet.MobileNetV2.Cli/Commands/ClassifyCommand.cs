using System.CommandLine;
using MLNet.MobileNetV2.Cli.Models;
using MLNet.MobileNetV2.Cli.Output;
using MLNet.MobileNetV2.Pretrained;

namespace MLNet.MobileNetV2.Cli.Commands;

/// <summary><c>classify</c>: what the pretrained network itself sees in pictures.</summary>
internal static class ClassifyCommand
{
    public static Command Create(Terminal terminal)
    {
        Argument<string[]> images = CommonSymbols.Images();
        Option<WeightsSource> weights = CommonSymbols.Weights(
            $"auto (ImageNet), imagenet, imagenet-keras, or a weight file with a classifier ({CommonSymbols.WeightFiles}).");
        Option<int> top = CommonSymbols.Top();
        Option<bool> json = CommonSymbols.Json();
        var command = new Command("classify", "Names pictures with the pretrained network's 1000 ImageNet classes.") { images, weights, top, json };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using PretrainedClassifier classifier = await LoadAsync(terminal, parsed.GetRequiredValue(weights), cancellationToken);
            var printer = new PredictionPrinter<IndexedLabelScore>(
                terminal, parsed.GetValue(json), score => new IndexedLabelScore(score.Index, score.Label, score.Score));
            int count = parsed.GetValue(top);
            return printer.Print(
                ImageArguments.Expand(terminal, parsed.GetRequiredValue(images), cancellationToken),
                path => classifier.Top(classifier.Classify(path), count),
                cancellationToken);
        });
        return command;
    }

    private static async Task<PretrainedClassifier> LoadAsync(Terminal terminal, WeightsSource source, CancellationToken cancellationToken)
    {
        WeightsStore store = WeightsChoice.OpenStore();
        LoadedWeights loaded = await WeightsChoice.LoadAsync(terminal, store, source, cancellationToken);
        if (loaded.Weights.ClassCount is null)
        {
            throw new CommandFailedException(
                (loaded.FallbackReason is null ? string.Empty : $"ImageNet's weights cannot be had: {loaded.FallbackReason} ")
                + $"The weights '{loaded.Weights.Name}' have no classifier, so they cannot name pictures by themselves. "
                + "Choose --weights imagenet or imagenet-keras (get them with 'mobilenetv2 weights download imagenet', or set "
                + "MOBILENETV2_WEIGHTS to a folder that holds them), or train a classifier of your own with 'mobilenetv2 train'.",
                loaded.FallbackReason is null ? ExitCode.WrongUsage : ExitCode.Failed);
        }

        RemoteFile labels = loaded.Model?.LabelsFile ?? PretrainedModels.ImageNet.LabelsFile!;
        string path = (loaded.Model is null ? Beside(source.Name, labels) : null) ?? await store.GetAsync(labels, null, cancellationToken);
        return PretrainedClassifier.Create(loaded.Weights, path);
    }

    private static string? Beside(string weightsPath, RemoteFile labels)
    {
        string path = Path.Combine(Path.GetDirectoryName(weightsPath) ?? string.Empty, labels.FileName);
        return File.Exists(path) ? path : null;
    }
}
