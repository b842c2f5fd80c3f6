using System.Text.Encodings.Web;
using System.Text.Json;
using Spectre.Console;

namespace MLNet.MobileNetV2.Cli.Output;

/// <summary>Where a command writes: results to the output, diagnostics and progress to the error writer. Not thread-safe.</summary>
internal sealed class Terminal
{
    // Files and pipes have no width; a table in them is as wide as its content.
    private const int RedirectedWidth = 100_000;

    private static readonly JsonSerializerOptions s_json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public Terminal(TextWriter output, TextWriter error, TimeProvider? time = null)
    {
        Output = output;
        Error = TextWriter.Synchronized(error);
        Time = time ?? TimeProvider.System;
        OutputConsole = Create(output);
        ErrorConsole = Create(error);
    }

    /// <summary>Plain results.</summary>
    public TextWriter Output { get; }

    /// <summary>Plain diagnostics; lines of progress come from another thread.</summary>
    public TextWriter Error { get; }

    /// <summary>The clock of the progress.</summary>
    public TimeProvider Time { get; }

    /// <summary>Tables for people.</summary>
    public IAnsiConsole OutputConsole { get; }

    /// <summary>Progress for people.</summary>
    public IAnsiConsole ErrorConsole { get; }

    /// <summary>Whether only results and errors are written, and nothing that is good to know.</summary>
    public bool IsQuiet { get; set; }

    /// <summary>Writes one object as one line of JSON.</summary>
    public void WriteJson<T>(T value) => Output.WriteLine(JsonSerializer.Serialize(value, s_json));

    /// <summary>Says something on the error writer, above the progress if it is shown.</summary>
    public void Warn(string sentence)
    {
        if (IsQuiet)
        {
            return;
        }

        if (ErrorConsole.Profile.Capabilities.Interactive)
        {
            ErrorConsole.WriteLine(sentence);
        }
        else
        {
            Error.WriteLine(sentence);
        }
    }

    /// <inheritdoc cref="Warn(string)"/>
    public void Warn(IEnumerable<string> sentences)
    {
        foreach (string sentence in sentences)
        {
            Warn(sentence);
        }
    }

    /// <summary>Says on the error writer which images were left out, and why.</summary>
    public void WriteSkipped(IEnumerable<BadImage> skipped)
    {
        foreach (BadImage image in skipped)
        {
            Error.WriteLine($"skipped {image.Path}: {image.Reason}");
        }
    }

    private static IAnsiConsole Create(TextWriter writer)
    {
        var target = new AnsiConsoleOutput(writer);
        var settings = new AnsiConsoleSettings { Out = target };
        if (target.IsTerminal)
        {
            return AnsiConsole.Create(settings);
        }

        // Left to itself, Spectre.Console colours the logs of build servers.
        settings.Ansi = AnsiSupport.No;
        settings.Interactive = InteractionSupport.No;
        settings.Enrichment.UseDefaultEnrichers = false;
        IAnsiConsole console = AnsiConsole.Create(settings);
        console.Profile.Width = RedirectedWidth;
        return console;
    }
}
