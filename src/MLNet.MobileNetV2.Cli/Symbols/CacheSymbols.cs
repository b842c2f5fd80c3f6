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
    private const long DefaultBytes = 1024 * MiB;

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
            Description = "Most that --cache keeps, at least 1MiB, for example 500MiB or 20GiB; 5.5 KB an image. "
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

    /// <summary>Opens the cache, to be disposed by the caller; null where the user named none.</summary>
    /// <param name="terminal">Where to say that it fails.</param>
    /// <param name="parsed">The command line.</param>
    /// <param name="rename">Makes the folder's name of the one that the user gave.</param>
    public SqliteFeatureCache? Open(Terminal terminal, ParseResult parsed, Func<string, string>? rename = null)
    {
        if (parsed.GetValue(Folder) is not { } folder)
        {
            return null;
        }

        long maxBytes = parsed.GetResult(_size) is null ? DefaultBytes : parsed.GetValue(_size);
        return new SqliteFeatureCache(
            rename?.Invoke(folder) ?? folder,
            maxBytes,
            error => terminal.Warn(
                $"The cache is not used any more in this run, or keeps nothing more of it. {Failure.OneLine(error)}"));
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
