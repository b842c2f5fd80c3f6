using MLNet.MobileNetV2.Tests.Support;

namespace MLNet.MobileNetV2.Tests.Cli;

/// <summary>The command as a process of its own: offline, with an empty cache and an empty temporary folder.</summary>
internal sealed class CliProcess : IDisposable
{
    private readonly TempFolder _temporary = new();
    private readonly TempFolder _home = new();

    /// <summary>What the processes left in their temporary folder.</summary>
    public string[] Temporary => _temporary.Names();

    /// <summary>What the processes left in the user's folder, the .NET runtime's own notes aside.</summary>
    public string[] Home => [.. _home.Names().Where(name => name != ".dotnet")];

    /// <summary>The cache folder of the weights, which does not exist at first.</summary>
    public string Cache => _home.File("cache");

    /// <summary>Variables on top of the defaults; null removes one.</summary>
    public Dictionary<string, string?> Environment { get; } = [];

    public async Task<CliRun> RunAsync(params string[] arguments)
    {
        string assembly = Path.Combine(AppContext.BaseDirectory, "mobilenetv2.dll");
        ChildProcess process = await ChildProcess.RunAsync("dotnet", [assembly, .. arguments], _temporary.Path, Variables());
        return new(process.ExitCode, Unix(process.Output), CliRun.WithoutProgress(Unix(process.Error)));
    }

    public Dictionary<string, string?> Variables()
    {
        var variables = new Dictionary<string, string?>
        {
            ["HOME"] = _home.Path,
            ["XDG_CACHE_HOME"] = null,
            ["MOBILENETV2_WEIGHTS"] = null,
            ["MOBILENETV2_CACHE"] = Cache,
            ["MOBILENETV2_MIRROR"] = null,
            ["MOBILENETV2_OFFLINE"] = "1",
            ["TMPDIR"] = _temporary.Path,
            ["TEMP"] = _temporary.Path,
            ["TMP"] = _temporary.Path,
        };
        foreach ((string name, string? value) in Environment)
        {
            variables[name] = value;
        }

        return variables;
    }

    public void Dispose()
    {
        _temporary.Dispose();
        _home.Dispose();
    }

    private static string Unix(string text) => text.ReplaceLineEndings("\n");
}
