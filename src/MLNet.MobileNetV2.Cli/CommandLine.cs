using System.CommandLine;
using System.CommandLine.Parsing;
using MLNet.MobileNetV2.Cli.Commands;
using MLNet.MobileNetV2.Cli.Failures;
using MLNet.MobileNetV2.Cli.Output;
using MLNet.MobileNetV2.Cli.Symbols;

namespace MLNet.MobileNetV2.Cli;

/// <summary>The <c>mobilenetv2</c> command: parses, runs, and turns errors into a message and an exit code.</summary>
internal static class CommandLine
{
    /// <summary>Runs one command line. Results go to the output, everything else to the error writer.</summary>
    /// <param name="arguments">The arguments.</param>
    /// <param name="output">Takes only results.</param>
    /// <param name="error">Takes diagnostics and progress.</param>
    /// <param name="cancellationToken">Stops the command; what it was writing does not stay behind.</param>
    /// <returns>One of <see cref="ExitCode"/>.</returns>
    public static Task<int> RunAsync(
        string[] arguments, TextWriter output, TextWriter error, CancellationToken cancellationToken = default) =>
        RunAsync(arguments, output, error, TimeProvider.System, cancellationToken);

    /// <inheritdoc cref="RunAsync(string[], TextWriter, TextWriter, CancellationToken)"/>
    public static async Task<int> RunAsync(
        string[] arguments, TextWriter output, TextWriter error, TimeProvider time, CancellationToken cancellationToken)
    {
        // A file may be named '@1.jpg': no argument is the name of a file with arguments.
        ParseResult parsed = CreateRoot(new Terminal(output, error, time))
            .Parse(arguments, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (IsBare(parsed))
        {
            // A script that lost its arguments must not go on, and standard output is for results.
            await CreateRoot(new Terminal(output, error)).Parse([.. arguments, "--help"])
                .InvokeAsync(new() { Output = error, Error = error }, cancellationToken);
            return ExitCode.WrongUsage;
        }

        if (parsed.Errors.Count > 0)
        {
            await WriteErrorsAsync(parsed, error);
            return ExitCode.WrongUsage;
        }

        var configuration = new InvocationConfiguration
        {
            Output = output,
            Error = error,
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = null,
        };
        try
        {
            return await parsed.InvokeAsync(configuration, cancellationToken);
        }
        catch (Exception) when (cancellationToken.IsCancellationRequested)
        {
            await error.WriteLineAsync("Stopped.");
            return ExitCode.Stopped;
        }
        catch (Exception failure)
        {
            await error.WriteLineAsync(Failure.Describe(failure));
            return Failure.ExitCodeOf(failure);
        }
    }

    private static RootCommand CreateRoot(Terminal terminal)
    {
        const string Description =
            "Trains and uses MobileNetV2 image classifiers from folders of images, and finds objects in images. "
            + "Exit codes: 0 done, 1 failed, 2 wrong usage, 130 stopped.";
        var root = new RootCommand(Description)
        {
            TrainCommand.Create(terminal),
            FeaturizeCommand.Create(terminal),
            EvaluateCommand.Create(terminal),
            CompareCommand.Create(terminal),
            CheckCommand.Create(terminal),
            PredictCommand.Create(terminal),
            ClassifyCommand.Create(terminal),
            ExplainCommand.Create(terminal),
            DetectCommand.Create(terminal),
            SegmentCommand.Create(terminal),
            ExportCommand.Create(terminal),
            WeightsCommand.Create(terminal),
            SummaryCommand.Create(terminal),
        };
        GroupedCommand.ShowHeadings(root);
        return root;
    }

    /// <summary>Whether a command that only groups others was given without one of them.</summary>
    private static bool IsBare(ParseResult parsed) =>
        parsed.CommandResult.Command is { Subcommands.Count: > 0, Action: null }
        && parsed.Errors.Count > 0
        && parsed.UnmatchedTokens.Count == 0;

    private static async Task WriteErrorsAsync(ParseResult parsed, TextWriter error)
    {
        // Most other errors follow from a mistyped word.
        Command command = parsed.CommandResult.Command;
        string[] mistyped =
        [
            .. parsed.UnmatchedTokens.Where(word => Spelling.Nearest(command, word) is not null)
                .Select(word => $"Unrecognized command or argument '{word}'.{Spelling.Question(command, word)}"),
        ];
        foreach (string message in mistyped.Length > 0 ? mistyped : parsed.Errors.Select(problem => problem.Message).Distinct())
        {
            await error.WriteLineAsync(message);
        }

        string names = string.Concat(Ancestors(parsed.CommandResult).SkipLast(1).Reverse().Select(name => $"{name} "));
        await error.WriteLineAsync($"Try 'mobilenetv2 {names}--help'.");
    }

    private static IEnumerable<string> Ancestors(CommandResult command)
    {
        for (SymbolResult? result = command; result is CommandResult named; result = result.Parent)
        {
            yield return named.Command.Name;
        }
    }
}
