using MLNet.MobileNetV2.Tests.Support;

namespace MLNet.MobileNetV2.Tests.Cli.Failures;

/// <summary>
/// What commands say where the machine lacks something: native libraries, a folder for temporary files, room on the disk.
/// </summary>
public sealed class MachineFailureProcessTests(TrainedModel model)
{
    private const string Missing = "The native library of ";

    [Theory]
    [InlineData("onnxruntime", "ONNX Runtime", "Microsoft.ML.OnnxRuntime", "predict", "evaluate", "export", "train", "featurize")]
    [InlineData("SkiaSharp", "SkiaSharp", "SkiaSharp", "predict", "evaluate", "train", "featurize", "fine-tune")]
    public async Task Command_WithoutANativeLibrary_NamesItAndItsPackage(
        string library, string name, string package, params string[] commands)
    {
        using var application = new ApplicationCopy();
        using var photos = new SampleFolder(2, "animal", "food");
        application.Break(library);

        foreach (string command in commands)
        {
            string error = await FailAsync(await ArgumentsAsync(command, photos), assembly: application.Assembly("mobilenetv2"));

            Assert.StartsWith($"{Missing}{name} cannot be loaded: no file of it was found in '", error, StringComparison.Ordinal);
            Assert.Contains($"It comes with the package {package}", error, StringComparison.Ordinal);
            Assert.Contains("dotnet publish -r ", error, StringComparison.Ordinal);
            Assert.DoesNotContain("is not a model", error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Command_WithABrokenNativeLibrary_SaysWhatTheSystemSays()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Other systems do not list what they tried.");
        using var application = new ApplicationCopy();
        using var photos = new SampleFolder(1, "animal");
        application.Break("onnxruntime", length: 10);

        string error = await FailAsync(await ArgumentsAsync("predict", photos), assembly: application.Assembly("mobilenetv2"));

        Assert.StartsWith($"{Missing}ONNX Runtime cannot be loaded: ", error, StringComparison.Ordinal);
        Assert.Contains("libonnxruntime.so: file too short", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("predict")]
    [InlineData("export")]
    public async Task Command_WhoseTemporaryFolderIsNone_NamesItAndTheVariable(string command)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows takes another folder where the variable names none.");
        using var folder = new TempFolder();
        using var photos = new SampleFolder(1, "animal");
        File.WriteAllText(folder.File("file"), string.Empty);
        string[] arguments = await ArgumentsAsync(command, photos);

        string absent = await FailAsync(arguments, folder.File("absent"));
        string file = await FailAsync(arguments, folder.File("file"));

        Assert.StartsWith(
            $"Temporary files cannot be written to '{folder.File("absent")}': There is no such folder.", absent, StringComparison.Ordinal);
        Assert.StartsWith($"Temporary files cannot be written to '{folder.File("file")}': It is a file.", file, StringComparison.Ordinal);
        Assert.All([absent, file], error => Assert.Contains("environment variable TMPDIR", error, StringComparison.Ordinal));
        Assert.Equal(["file"], folder.Names());
    }

    [Fact]
    public async Task Train_WhoseTemporaryFolderIsAFile_NamesItAndLeavesNoModel()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows takes another folder where the variable names none.");
        using var folder = new TempFolder();
        using var photos = new SampleFolder(2, "animal", "food");
        File.WriteAllText(folder.File("file"), string.Empty);

        string error = await FailAsync(await ArgumentsAsync("train", photos), folder.File("file"));

        Assert.StartsWith($"Temporary files cannot be written to '{folder.File("file")}': ", error, StringComparison.Ordinal);
        Assert.Contains("environment variable TMPDIR", error, StringComparison.Ordinal);
        Assert.Equal(["animal", "food"], Directory.EnumerateFileSystemEntries(photos.Path).Select(Path.GetFileName).Order());
    }

    [Theory]
    [InlineData("predict", "size=1m", "No space left on device")]
    [InlineData("export", "size=1m", "No space left on device")]
    [InlineData("train", "size=1m", "No space left on device")]
    [InlineData("predict", "ro", "Read-only file system")]
    [InlineData("train", "ro", "Read-only file system")]
    public async Task Command_WhoseTemporaryFolderTakesNoFile_SaysWhyAndNamesTheVariable(string command, string mount, string reason)
    {
        using var folder = new TempFolder();
        using var photos = new SampleFolder(2, "animal", "food");

        string error = await FailOnMountAsync(folder, mount, await ArgumentsAsync(command, photos), temporary: folder.Path);

        Assert.StartsWith($"Temporary files cannot be written to '{folder.Path}': {reason}", error, StringComparison.Ordinal);
        Assert.Contains("environment variable TMPDIR", error, StringComparison.Ordinal);
        Assert.Equal(["animal", "food"], Directory.EnumerateFileSystemEntries(photos.Path).Select(Path.GetFileName).Order());
    }

    [Theory]
    [InlineData("train", "out.zip", "size=1m")]
    [InlineData("export", "out.onnx", "size=1m")]
    [InlineData("report", "out.html", "size=16k")]
    public async Task Command_WhoseOutputDoesNotFit_NamesTheOutput(string command, string name, string size)
    {
        using var folder = new TempFolder();
        using var temporary = new TempFolder();
        using var photos = new SampleFolder(2, "animal", "food");

        string error = await FailOnMountAsync(folder, size, await ArgumentsAsync(command, photos, folder.File(name)), temporary.Path);

        Assert.StartsWith($"The output '{folder.File(name)}' cannot be written: No space left on device", error, StringComparison.Ordinal);
        Assert.DoesNotContain(".tmp", error, StringComparison.Ordinal);
        Assert.Empty(temporary.Names());
    }

    private async Task<string[]> ArgumentsAsync(string command, SampleFolder photos, string? output = null) => command switch
    {
        "predict" => ["predict", await model.PathAsync(), photos.PathOf("animal")],
        "evaluate" => ["evaluate", await model.PathAsync(), photos.Path],
        "report" => ["evaluate", await model.PathAsync(), photos.Path, "--report", output!],
        "export" => ["export", await model.PathAsync(), "--output", output ?? photos.PathOf("out.onnx")],
        "featurize" => ["featurize", photos.Path, "--output", photos.PathOf("out.parquet"), "--weights", "embedded"],
        "fine-tune" =>
            ["train", photos.Path, "--output", photos.PathOf("out.zip"), "--weights", "embedded", "--fine-tune", "1", "--epochs", "1"],
        _ => ["train", photos.Path, "--output", output ?? photos.PathOf("out.zip"), "--weights", "embedded"],
    };

    private static async Task<string> FailAsync(string[] arguments, string? temporary = null, string? assembly = null)
    {
        using var home = new TempFolder();
        assembly ??= Path.Combine(AppContext.BaseDirectory, "mobilenetv2.dll");
        ChildProcess run = await ChildProcess.RunAsync(
            "dotnet", [assembly, .. arguments], home.Path, Variables(home, temporary ?? home.Path));
        return new CliRun(run.ExitCode, run.Output, CliRun.WithoutProgress(run.Error.ReplaceLineEndings("\n"))).AssertFailed(1);
    }

    // In a namespace of mounts that goes with the process: no right is needed beyond that of making one.
    private static async Task<string> FailOnMountAsync(TempFolder folder, string options, string[] arguments, string temporary)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && File.Exists("/usr/bin/unshare"), "Needs Linux and its command unshare.");
        using var home = new TempFolder();
        string mount = $"mount -t tmpfs -o {options} tmpfs '{folder.Path}'";
        ChildProcess trial = await ChildProcess.RunAsync("unshare", ["-rm", "sh", "-c", mount], home.Path, null);
        Assert.SkipUnless(trial.ExitCode == 0, $"This machine allows no mount: {trial.Error.Trim()}");
        string assembly = Path.Combine(AppContext.BaseDirectory, "mobilenetv2.dll");
        ChildProcess run = await ChildProcess.RunAsync(
            "unshare", ["-rm", "sh", "-c", $"{mount} && exec dotnet \"$@\"", "sh", assembly, .. arguments], home.Path, Variables(
                home, temporary));
        return new CliRun(run.ExitCode, run.Output, CliRun.WithoutProgress(run.Error.ReplaceLineEndings("\n"))).AssertFailed(1);
    }

    private static Dictionary<string, string?> Variables(TempFolder home, string temporary) => new()
    {
        ["HOME"] = home.Path,
        ["TMPDIR"] = temporary,
        ["MOBILENETV2_OFFLINE"] = "1",
    };
}
