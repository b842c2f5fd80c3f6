using System.Collections.Concurrent;
using MLNet.MobileNetV2.Tests.Support;

namespace MLNet.MobileNetV2.Tests.EndToEnd;

/// <summary>MLContext.TempFilePath is where every temporary file lies, and none stays.</summary>
public sealed class TempFilePathTests
{
    [Fact]
    public async Task Process_WithATempFilePath_WritesThereAloneAndLeavesNothing()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows takes another folder where the variable names none.");
        using var own = new TempFolder();
        using var other = new TempFolder();
        using var output = new TempFolder();
        using var home = new TempFolder();
        string absent = other.File("absent");
        var seen = new ConcurrentBag<string>();
        using var watcher = new FileSystemWatcher(own.Path) { EnableRaisingEvents = true };
        watcher.Created += (_, change) => seen.Add(change.Name!);

        // Whatever were written to the system's folder would fail, or make it.
        ChildProcess child = await ChildProcess.RunAsync(
            "dotnet",
            [
                Path.Combine(AppContext.BaseDirectory, "MLNet.MobileNetV2.Loader.dll"),
                output.Path,
                "everything",
                own.Path,
                .. Repository.SampleFiles(2),
            ],
            home.Path,
            new Dictionary<string, string?> { ["TMPDIR"] = absent, ["HOME"] = home.Path });

        Assert.Equal((0, string.Empty), (child.ExitCode, child.Error));
        Assert.Equal(["again.zip", "fitted.onnx", "fitted.zip", "loaded.onnx"], output.Names());
        Assert.Empty(other.Names());
        Assert.Empty(own.Names());
        foreach (string begin in (string[])["mobilenetv2-", "ml_dotnet_"])
        {
            // The watcher tells of what happened a little later.
            Assert.True(
                SpinWait.SpinUntil(() => seen.Any(name => name.StartsWith(begin, StringComparison.Ordinal)), TimeSpan.FromSeconds(10)),
                begin);
        }
    }
}
