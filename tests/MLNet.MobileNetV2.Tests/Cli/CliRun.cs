using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Time.Testing;
using MLNet.MobileNetV2.Cli;

namespace MLNet.MobileNetV2.Tests.Cli;

/// <summary>What one command line wrote, and its exit code.</summary>
internal sealed partial record CliRun(int ExitCode, string Output, string Error)
{
    /// <summary>Standard output as one JSON object; anything beside it fails the test.</summary>
    public JsonElement Json => Assert.Single(JsonLines);

    /// <summary>Standard output as one JSON object a line; anything beside them fails the test.</summary>
    public IReadOnlyList<JsonElement> JsonLines =>
        [.. Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonElement.Parse(line))];

    /// <summary>Runs a command line in this process.</summary>
    public static async Task<CliRun> InProcessAsync(params string[] arguments)
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var error = new StringWriter { NewLine = "\n" };

        // The clock stands still, so that on a slow machine too there is no line of progress among the messages.
        int exitCode = await CommandLine.RunAsync(arguments, output, error, new FakeTimeProvider(), TestContext.Current.CancellationToken);
        return new(exitCode, output.ToString(), error.ToString());
    }

    /// <summary>What a process wrote to standard error, without the lines of progress that it writes every ten seconds.</summary>
    public static string WithoutProgress(string error) => ProgressLines().Replace(error, string.Empty);

    [GeneratedRegex(@"^[a-z][\w. -]*: \d+ %(, .*)?\n", RegexOptions.Multiline)]
    private static partial Regex ProgressLines();

    /// <summary>The run failed with the code, left standard output empty, and said why in plain words.</summary>
    public string AssertFailed(int exitCode)
    {
        Assert.Equal((exitCode, string.Empty), (ExitCode, Output));
        Assert.NotEqual(string.Empty, Error.Trim());
        Assert.DoesNotContain("Exception", Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", Error, StringComparison.Ordinal);
        Assert.DoesNotContain("(Parameter '", Error, StringComparison.Ordinal);
        Assert.DoesNotContain("Unexpected error", Error, StringComparison.Ordinal);
        return Error;
    }
}
