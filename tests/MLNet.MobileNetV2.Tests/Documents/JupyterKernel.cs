using MLNet.MobileNetV2.Tests.Packages;
using MLNet.MobileNetV2.Tests.Support;

namespace MLNet.MobileNetV2.Tests.Documents;

/// <summary>The .NET kernel of Jupyter, where the machine has it.</summary>
internal static class JupyterKernel
{
    private static readonly string[] s_tools = ["dotnet-interactive", "jupyter-nbconvert"];

    /// <summary>Runs a notebook in its own folder, and returns it with its outputs; a cell that fails fails the test.</summary>
    /// <param name="path">The notebook's path; the result is written beside it.</param>
    /// <param name="tempFolder">The folder for temporary files, which is the kernel's home too.</param>
    public static async Task<Notebook> RunAsync(string path, string tempFolder)
    {
        string kernels = Path.Combine(tempFolder, "jupyter", "kernels");
        Directory.CreateDirectory(kernels);
        var environment = new Dictionary<string, string?>(DotnetCommand.Environment)
        {
            ["JUPYTER_PATH"] = Path.GetDirectoryName(kernels),
            ["DOTNET_INTERACTIVE_CLI_TELEMETRY_OPTOUT"] = "1",

            // Numbers are written as in the stored outputs, whatever the machine's language.
            ["DOTNET_SYSTEM_GLOBALIZATION_INVARIANT"] = "1",
        };
        await RunToolAsync("dotnet-interactive", "jupyter", "install", "--path", kernels);
        await RunToolAsync(
            "jupyter-nbconvert",
            "--to",
            "notebook",
            "--execute",
            "--ExecutePreprocessor.startup_timeout=240",
            "--output",
            "executed.ipynb",
            path);
        return Notebook.Load(Path.Combine(Path.GetDirectoryName(path)!, "executed.ipynb"));

        async Task RunToolAsync(string tool, params string[] arguments)
        {
            ChildProcess child = await ChildProcess.RunAsync(tool, arguments, tempFolder, environment);
            Assert.True(child.ExitCode == 0, $"{tool} {string.Join(' ', arguments)}\n{child.Output}{child.Error}");
        }
    }

    /// <summary>Skips the test where the kernel or Jupyter is missing.</summary>
    public static void Require()
    {
        string[] missing = [.. s_tools.Where(tool => ToolPath.Find(tool) is null)];
        Assert.SkipUnless(missing.Length == 0, $"Needs {string.Join(" and ", missing)} on the PATH: .ci/run says how they are installed.");
    }
}
