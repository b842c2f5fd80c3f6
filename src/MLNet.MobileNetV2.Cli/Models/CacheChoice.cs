using System.CommandLine;
using MLNet.MobileNetV2.Cli.Commands;
using MLNet.MobileNetV2.Cli.Output;
using MLNet.MobileNetV2.Features;

namespace MLNet.MobileNetV2.Cli.Models;

/// <summary>The cache of features that the user named.</summary>
internal static class CacheChoice
{
    public static Option<string> Option()
    {
        Option<string> option = CommonSymbols.Required(new Option<string>("--cache")
        {
            Description = "A folder that keeps features from one run to the next (at most 1 GiB): pictures that it knows by their content are not featurized again.",
            HelpName = "folder",
        });
        option.Required = false;
        return option;
    }

    /// <summary>The cache, or null where the user named none.</summary>
    public static FeatureCacheOptions? Options(Terminal terminal, string? folder) => folder is null ? null : new FeatureCacheOptions
    {
        Folder = folder,
        WriteFailed = error => terminal.Error.WriteLine($"The cache '{folder}' cannot be written, so it keeps nothing more of this run: {Failure.OneLine(error)}"),
    };
}
