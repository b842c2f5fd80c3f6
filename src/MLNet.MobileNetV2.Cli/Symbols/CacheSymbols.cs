using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using MLNet.MobileNetV2.Cli.Failures;
using MLNet.MobileNetV2.Cli.Output;

namespace MLNet.MobileNetV2.Cli.Symbols;

/// <summary>The options <c>--cache</c> and <c>--cache-size</c>.</summary>
internal sealed class CacheSymbols
{
    private const long MiB = 1024 * 1024;
    private const long MaxMiB = 1024 * MiB;

    private readonly Option<long> _size;

    public CacheSymbols()
    {
        Folder = CommonSymbols.NotEmpty(new Option<string>("--cache")
        {
            Description = "A folder that keeps features from one run to the next: "
                + "images that it knows by their content are not featurized again.",
            HelpName = "folder",
        });
        _size = new("--cache-size")
        {
            Description = "Most that --cache keeps, at least 1MiB, for example 500MiB or 20GiB; 5 KB an image. "
                + "The oldest entries go first. Default: 1GiB.",
            HelpName = "size",
            CustomParser = Parse,
        };
    }

    /// <summary>The option <c>--cache</c>.</summary>
    public Option<string> Folder { get; }

    /// <summary>Adds both options to a command.</summary>
    public void AddTo(Command command)
    {
        command.Options.Add(Folder);
        command.Options.Add(_size);
        command.Validators.Add(result =>
        {
            if (result.GetResult(_size) is not null && result.GetResult(Folder) is null)
            {
                result.AddError($"{_size.Name} can only be used with {Folder.Name}.");
            }
        });
    }

    /// <summary>The cache, or null if the user named none.</summary>
    public FeatureCacheOptions? Options(Terminal terminal, ParseResult parsed)
    {
        if (parsed.GetValue(Folder) is not { } folder)
        {
            return null;
        }

        var options = new FeatureCacheOptions
        {
            Folder = folder,
            WriteFailed = error => terminal.Warn($"The cache '{folder}' cannot be written, so it keeps nothing more of this run: "
                + $"{Failure.OneLine(error)}"),
        };
        return parsed.GetResult(_size) is null ? options : options with { MaxBytes = parsed.GetValue(_size) };
    }

    private static long Parse(ArgumentResult result)
    {
        string text = result.Tokens[0].Value;
        (string Unit, long Factor)[] units = [("MiB", 1), ("GiB", 1024)];
        foreach ((string unit, long factor) in units)
        {
            if (text.EndsWith(unit, StringComparison.OrdinalIgnoreCase)
                && long.TryParse(text.AsSpan(..^unit.Length).TrimEnd(), NumberStyles.None, CultureInfo.InvariantCulture, out long number)
                && number >= 1 && number <= MaxMiB / factor)
            {
                return number * factor * MiB;
            }
        }

        result.AddError($"--cache-size is '{text}'; a whole number with MiB or GiB is needed, from 1MiB up, for example 500MiB.");
        return 0;
    }
}
