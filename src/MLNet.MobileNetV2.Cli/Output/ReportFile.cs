using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using MLNet.MobileNetV2.Cli.Failures;
using MLNet.MobileNetV2.FineTuning.Options;
using MLNet.MobileNetV2.Machine;

namespace MLNet.MobileNetV2.Cli.Output;

/// <summary>The page of HTML that <c>--report</c> asks for.</summary>
internal sealed class ReportFile
{
    private readonly Terminal _terminal;
    private readonly string _path;
    private readonly string _command;

    private ReportFile(Terminal terminal, string path, string command) => (_terminal, _path, _command) = (terminal, path, command);

    /// <summary>Finds out before the work begins whether the page could be written.</summary>
    /// <param name="terminal">Where to say that it was.</param>
    /// <param name="parsed">The command line, which the page names.</param>
    /// <param name="option">The option.</param>
    /// <param name="others">Options of other files that are written.</param>
    /// <returns>Null where no page is asked for.</returns>
    /// <exception cref="CommandFailedException">It cannot be written, or is one of the other files.</exception>
    public static ReportFile? Open(Terminal terminal, ParseResult parsed, Option<string> option, params ReadOnlySpan<Option<string>> others)
    {
        if (parsed.GetValue(option) is not { } path)
        {
            return null;
        }

        foreach (Option<string> other in others)
        {
            if (parsed.GetValue(other) is { } file && RealPath.Comparer.Equals(RealPath.Target(file), RealPath.Target(path)))
            {
                throw new CommandFailedException($"{option.Name} and {other.Name} are both '{path}'.", ExitCode.WrongUsage);
            }
        }

        OutputFile.CheckWritable(path);
        IEnumerable<string> words = parsed.Tokens.Select(token => token.Value)
            .Select(word => word.Any(char.IsWhiteSpace) ? $"'{word}'" : word);
        return new(terminal, path, $"mobilenetv2 {string.Join(' ', words)}");
    }

    /// <summary>Writes the page, with the command and the time among the facts.</summary>
    public void Save(ImageClassifierReport report, CancellationToken cancellationToken)
    {
        OutputFile.Write(_path, stream => report.Write(stream, cancellationToken));
        _terminal.Warn($"The report is '{_path}'.");
    }

    /// <summary>What a report says of how it was made.</summary>
    /// <param name="facts">A name and a value each; those without a value are left out.</param>
    public IReadOnlyList<KeyValuePair<string, string>> Facts(params IEnumerable<(string Name, object? Value)> facts) =>
    [
        new("Command", _command),
        new("Made", _terminal.Time.GetUtcNow().ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture)),
        .. facts.Where(fact => fact.Value is not null).Select(
            fact => KeyValuePair.Create(fact.Name, Convert.ToString(fact.Value, CultureInfo.InvariantCulture)!)),
    ];

    /// <summary>Name and hash of weights.</summary>
    public static IEnumerable<(string Name, object? Value)> Of(LoadedWeights weights) =>
    [
        ("Weights", weights.Weights.Name),
        ("SHA-256 of the weights", weights.Weights.Sha256),
    ];

    /// <summary>Every setting of a fine-tuning.</summary>
    public static IEnumerable<(string Name, object? Value)> Of(FineTuneOptions recipe)
    {
        using var stream = new MemoryStream();
        RecipeSetting.WriteAll(recipe, stream);
        return [.. JsonElement.Parse(stream.ToArray()).EnumerateObject().Select(
            setting => ($"Recipe, {setting.Name}", (object?)(setting.Value.GetRawText().Trim('"'))))];
    }
}
