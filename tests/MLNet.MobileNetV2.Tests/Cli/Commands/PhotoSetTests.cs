using System.Globalization;
using System.Text.Json;
using MLNet.MobileNetV2.Tests.Support;

namespace MLNet.MobileNetV2.Tests.Cli.Commands;

/// <summary>The real command on real images.</summary>
[Trait("Category", "Slow")]
public sealed class PhotoSetTests
{
    [Theory]
    [InlineData("imagenet", 0.84, 0.94)]
    [InlineData("embedded", 0.3, 0.55)]
    public async Task Classify_OnImageNetPhotos_IsRightForTheLeastFirstAndAmongFive(string weights, double leastFirst, double leastOfFive)
    {
        using CliProcess process = Process();
        string folder = Set("imagenet-dev");

        CliRun run = await process.RunAsync("classify", folder, "--weights", weights, "--json");

        Assert.Equal((0, string.Empty), (run.ExitCode, run.Error));
        int[][] found = [.. run.JsonLines.Select(TopIndices)];
        int[] truth = [.. run.JsonLines.Select(line => TrueIndex(line.GetProperty("path").GetString()!))];
        double first = truth.Where((index, image) => found[image][0] == index).Count() / (double)truth.Length;
        double five = truth.Where((index, image) => found[image].Contains(index)).Count() / (double)truth.Length;
        TestContext.Current.TestOutputHelper!.WriteLine($"{truth.Length} images: top-1 {first:P1}, top-5 {five:P1}");
        Assert.Equal(200, truth.Length);
        Assert.InRange(first, leastFirst, 1);
        Assert.InRange(five, leastOfFive, 1);
        Assert.Empty(process.Temporary);
    }

    [Fact]
    public async Task TrainAndEvaluate_OnGroceries_AreRightFor91Percent()
    {
        using CliProcess process = Process();
        string folder = Set("grocery-dev");
        using var output = new TempFolder();

        CliRun train = await process.RunAsync("train", Path.Combine(folder, "train"), "--output", output.File("groceries.zip"), "--json");
        CliRun evaluate = await process.RunAsync("evaluate", output.File("groceries.zip"), Path.Combine(folder, "val"), "--json");

        Assert.Equal((0, string.Empty, 0, string.Empty), (train.ExitCode, train.Error, evaluate.ExitCode, evaluate.Error));
        double accuracy = evaluate.Json.GetProperty("accuracy").GetDouble();
        double logLoss = evaluate.Json.GetProperty("logLoss").GetDouble();
        TestContext.Current.TestOutputHelper!.WriteLine($"accuracy {accuracy:P1}, log-loss {logLoss:F3}");
        Assert.Equal(("imagenet", 320), (train.Json.GetProperty("weights").GetString(), train.Json.GetProperty("trainImages").GetInt32()));
        Assert.Equal(8, evaluate.Json.GetProperty("classes").Deserialize<string[]>()!.Length);
        Assert.Equal(240, evaluate.Json.GetProperty("images").GetInt32());
        Assert.InRange(accuracy, 0.91, 1);
        Assert.Empty(process.Temporary);
    }

    private static CliProcess Process()
    {
        string weights = TestEnvironment.RequireWeightsFolder();
        return new CliProcess { Environment = { ["MOBILENETV2_WEIGHTS"] = Path.GetFullPath(weights) } };
    }

    private static string Set(string name)
    {
        string folder = Path.Combine(TestEnvironment.RequireDataFolder(), name);
        Assert.SkipUnless(Directory.Exists(folder), $"The image sets have no {name}.");
        return folder;
    }

    private static int[] TopIndices(JsonElement line) =>
        [.. line.GetProperty("top").EnumerateArray().Select(entry => entry.GetProperty("index").GetInt32())];

    private static int TrueIndex(string path) => int.Parse(Path.GetFileName(path).Split('_', '.')[0], CultureInfo.InvariantCulture);
}
