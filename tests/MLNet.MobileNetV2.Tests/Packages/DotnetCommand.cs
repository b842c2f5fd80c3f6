using MLNet.MobileNetV2.Tests.Support;

namespace MLNet.MobileNetV2.Tests.Packages;

/// <summary>The SDK's commands as a stranger would run them, with no server left running that would outlive the test.</summary>
internal static class DotnetCommand
{
    /// <summary>Variables for processes that build: nothing outlives them, and they find packages as a nuget.config says.</summary>
    public static IReadOnlyDictionary<string, string?> Environment { get; } = new Dictionary<string, string?>
    {
        ["MSBUILDDISABLENODEREUSE"] = "1",
        ["DOTNET_CLI_USE_MSBUILD_SERVER"] = "0",
        ["UseSharedCompilation"] = "false",
        ["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1",
        ["DOTNET_GENERATE_ASPNET_CERTIFICATE"] = "false",
        ["DOTNET_NOLOGO"] = "1",
        ["NUGET_PACKAGES"] = null,
    };

    /// <summary>Runs a command that must succeed, and returns its output.</summary>
    /// <param name="tempFolder">The folder for temporary files, which is the command's home too.</param>
    /// <param name="arguments">The command and its arguments.</param>
    public static async Task<string> RunAsync(string tempFolder, params string[] arguments)
    {
        ChildProcess child = await ChildProcess.RunAsync("dotnet", arguments, tempFolder, Environment);
        Assert.True(child.ExitCode == 0, $"dotnet {string.Join(' ', arguments)}\n{child.Output}{child.Error}");
        return child.Output;
    }
}
