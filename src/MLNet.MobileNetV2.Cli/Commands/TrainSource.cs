using System.CommandLine;
using System.CommandLine.Parsing;
using MLNet.MobileNetV2.Cli.Failures;
using MLNet.MobileNetV2.Cli.Inputs;
using MLNet.MobileNetV2.Cli.Symbols;

namespace MLNet.MobileNetV2.Cli.Commands;

/// <summary>What <c>train</c> trains on: a folder of images, or files of features.</summary>
internal static class TrainSource
{
    /// <summary>Makes sure that there is one source, and that the other options have a meaning with it.</summary>
    public static void Check(
        CommandResult result,
        Argument<string> folder,
        Option<string[]> features,
        Option<ValidationChoice?> validation,
        Option<string> cache)
    {
        bool hasFeatures = result.GetResult(features) is not null;
        if (hasFeatures == result.GetResult(folder)?.Tokens is { Count: > 0 })
        {
            result.AddError(hasFeatures
                ? "A folder and --features are given; one of them is needed."
                : "A folder of images or --features is needed.");
        }

        if (hasFeatures && result.GetResult(features)!.Tokens.Any(token => string.IsNullOrWhiteSpace(token.Value)))
        {
            result.AddError("--features is empty; files, folders or a pattern are needed.");
        }

        if (hasFeatures && result.GetResult(cache) is not null)
        {
            result.AddError("--cache has no meaning with --features: nothing is featurized.");
        }

        if (hasFeatures && result.GetResult(validation)?.Tokens is [{ Value: var other }] && Directory.Exists(other))
        {
            result.AddError($"--validation is the folder '{other}'; with --features a fraction is needed.");
        }
    }

    /// <summary>Says what to do with a file that is given for the folder.</summary>
    /// <exception cref="CommandFailedException">It is a file.</exception>
    public static void CheckIsFolder(string folder)
    {
        if (!File.Exists(folder))
        {
            return;
        }

        string wayOut = FileStart.HowToTrainOn(folder) is { Length: > 0 } features ? features
            : FileStart.IsText(folder) ? " Images that a file lists are trained on in two steps: "
                + $"'mobilenetv2 featurize {folder} --output features.parquet', then 'mobilenetv2 train --features features.parquet'."
            : string.Empty;
        throw new CommandFailedException($"'{folder}' is a file; a folder with one sub-folder per class is needed.{wayOut}");
    }
}
