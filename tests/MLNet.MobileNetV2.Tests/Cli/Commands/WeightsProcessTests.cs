using MLNet.MobileNetV2.Pretrained;
using MLNet.MobileNetV2.Tests.Support;

namespace MLNet.MobileNetV2.Tests.Cli.Commands;

/// <summary><c>weights</c> in environments of its own, with a real local server.</summary>
public sealed class WeightsProcessTests
{
    private static readonly RemoteFile s_file = PretrainedModels.ImageNet.WeightsFile!;

    [Fact]
    public async Task Path_OfWeightsThatAreNotThere_FailsAndNamesTheWay()
    {
        using var process = new CliProcess();

        string error = (await process.RunAsync("weights", "path", "imagenet")).AssertFailed(1);

        Assert.Equal("The weights 'imagenet' are not on this machine; get them with 'mobilenetv2 weights download imagenet'.\n", error);
    }

    [Fact]
    public async Task List_WithADamagedFileInTheFolder_SaysSoAndGoesOn()
    {
        using var process = new CliProcess();
        using var folder = new TempFolder();
        File.WriteAllText(folder.File(s_file.FileName), "damaged");
        process.Environment["MOBILENETV2_WEIGHTS"] = folder.Path;

        CliRun list = await process.RunAsync("weights", "list");
        string path = (await process.RunAsync("weights", "path", "imagenet")).AssertFailed(1);

        Assert.Equal((0, string.Empty), (list.ExitCode, list.Error));
        Assert.Contains(
            $"where    The weights '{folder.File(s_file.FileName)}' cannot be used: its SHA-256 is ",
            list.Output,
            StringComparison.Ordinal);
        Assert.Contains("imagenet-keras\n  where    not downloaded\n", list.Output, StringComparison.Ordinal);
        Assert.Contains("its SHA-256 is ", path, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Download_Offline_FailsAndNamesEveryWayOut()
    {
        using var process = new CliProcess();

        string error = (await process.RunAsync("weights", "download", "imagenet")).AssertFailed(1);

        Assert.Contains("downloads are forbidden (MOBILENETV2_OFFLINE)", error, StringComparison.Ordinal);
        Assert.Contains("MOBILENETV2_WEIGHTS", error, StringComparison.Ordinal);
        Assert.Contains("MOBILENETV2_MIRROR", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Download_OfAnotherFile_FailsAndKeepsNothing()
    {
        using var process = new CliProcess();
        await using LocalServer server = LocalServer.OfFiles(_ => new byte[s_file.Length]);
        Mirror(process, server);

        string error = (await process.RunAsync("weights", "download", "imagenet")).AssertFailed(1);

        Assert.Contains($"sent a file with the SHA-256 ", error, StringComparison.Ordinal);
        Assert.Contains(s_file.Sha256, error, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(process.Cache));
        Assert.Empty(process.Temporary);
    }

    [Fact]
    public async Task Train_WhenTheMirrorHasNoFile_FallsBackAndSaysWhy()
    {
        using var process = new CliProcess();
        await using LocalServer server = LocalServer.OfFiles(_ => null);
        using var photos = new SampleFolder(1, "animal", "food");
        Mirror(process, server);

        CliRun run = await process.RunAsync("train", photos.Path, "--output", photos.PathOf("m.zip"), "--json");

        Assert.Equal((0, "embedded"), (run.ExitCode, run.Json.GetProperty("weights").GetString()));
        Assert.Contains($"{s_file.FileName} answered with status 404", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Download_FromAMirror_KeepsTheWeightsAndPrintsThePath()
    {
        string weights = TestEnvironment.RequireWeightsFolder();
        using var process = new CliProcess();
        await using LocalServer server = LocalServer.OfFiles(name => File.ReadAllBytes(Path.Combine(weights, name)));
        Mirror(process, server);
        string expected = Path.Combine(process.Cache, s_file.FileName);

        CliRun download = await process.RunAsync("weights", "download", "imagenet");
        CliRun path = await process.RunAsync("weights", "path", "imagenet");
        CliRun list = await process.RunAsync("weights", "list");

        Assert.Equal((0, $"{expected}\n", string.Empty), (download.ExitCode, download.Output, download.Error));
        Assert.Equal((0, $"{expected}\n", string.Empty), (path.ExitCode, path.Output, path.Error));
        Assert.Contains($"imagenet\n  where    {expected}\n", list.Output, StringComparison.Ordinal);
        Assert.Equal([s_file.FileName], Directory.EnumerateFiles(process.Cache).Select(Path.GetFileName));
    }

    private static void Mirror(CliProcess process, LocalServer server)
    {
        process.Environment["MOBILENETV2_OFFLINE"] = null;
        process.Environment["MOBILENETV2_MIRROR"] = server.Address.ToString();
    }
}
