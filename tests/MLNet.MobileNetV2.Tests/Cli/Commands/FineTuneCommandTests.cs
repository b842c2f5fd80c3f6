using System.CommandLine;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.ML;
using MLNet.MobileNetV2.Cli.Commands;
using MLNet.MobileNetV2.Cli.Output;
using MLNet.MobileNetV2.Tests.FineTuning;
using MLNet.MobileNetV2.Tests.Support;
using Spectre.Console;

namespace MLNet.MobileNetV2.Tests.Cli.Commands;

/// <summary><c>train --fine-tune</c>.</summary>
public sealed class FineTuneCommandTests : IDisposable
{
    private readonly FineTuneFolder _folder = new(8);

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("1", 1, false)]
    [InlineData("9", 9, false)]
    [InlineData("all", 9, true)]
    [InlineData("ALL", 9, true)]
    public async Task Train_WithJson_SaysHowMuchWasFineTuned(string blocks, int expected, bool isAll)
    {
        CliRun run = await _folder.TrainAsync("--fine-tune", blocks, "--epochs", "2", "--json");

        Assert.Equal((0, _folder.Done), (run.ExitCode, run.Error));
        Assert.Equal(TrainCommandTests.Fields, run.Json.EnumerateObject().Select(property => property.Name));
        Assert.Equal(DiscPictures.Classes, run.Json.GetProperty("classes").Deserialize<string[]>()!);
        Assert.Equal(24, run.Json.GetProperty("trainImages").GetInt32());
        Assert.Equal((expected, isAll), FineTuned(run));
        Assert.Equal(["model.recipe.json", "model.zip", "tiny.safetensors"], _folder.Names());
        Assert.Null(Info().WeightsSha256);
    }

    [Theory]
    [InlineData("1", ", 1 block fine-tuned")]
    [InlineData("2", ", 2 blocks fine-tuned")]
    [InlineData("all", ", all blocks fine-tuned")]
    public async Task Train_WithoutJson_SaysHowMuchWasFineTuned(string blocks, string expected)
    {
        CliRun run = await _folder.TrainAsync("--fine-tune", blocks, "--epochs", "1");

        Assert.Equal((0, _folder.Done), (run.ExitCode, run.Error));
        Assert.Matches(
            $@"^24 images of 3 classes, weights {Regex.Escape(_folder.Weights)}{expected}, [0-9.]+ s -> "
                + $@"{Regex.Escape(_folder.Model)}\n$", run.Output);
    }

    [Fact]
    public async Task Train_AutoWhereFineTuningDoesHarm_KeepsTheHeadAndTheWeightsName()
    {
        CliRun run = await _folder.TrainAsync("--fine-tune", "auto", "--epochs", "3", "--learning-rate", "0.5", "--json");

        Assert.Equal((0, (0, false)), (run.ExitCode, FineTuned(run)));
        double head = run.Json.GetProperty("trialHeadAccuracy").GetDouble();
        Assert.InRange(run.Json.GetProperty("trialFineTunedAccuracy").GetDouble(), 0, head);
        Assert.NotNull(Info().WeightsSha256);
    }

    [Fact]
    public async Task Train_AutoWithoutJson_SaysWhatItWentBy()
    {
        CliRun run = await _folder.TrainAsync("--fine-tune", "auto", "--epochs", "3", "--learning-rate", "0.5");

        Assert.Equal(0, run.ExitCode);
        Assert.Matches("^fine-tuning 9 of 9 blocks, 3 epochs, about [0-9]+ seconds\n", run.Error);
        Assert.EndsWith(_folder.Done, run.Error, StringComparison.Ordinal);
        Assert.Matches(
            @"\non [0-9]+ images, each held out once: fine-tuned [0-9.]+ %, head alone [0-9.]+ % \([0-9]+ gained, [0-9]+ lost\): "
                + @"the head alone is kept\n$",
            run.Output);
    }

    [Fact]
    public async Task Train_AutoWithOnePictureOfEachClass_SaysThatNothingWasTriedAndWhy()
    {
        using var folder = new FineTuneFolder(1);

        CliRun text = await folder.TrainAsync("--fine-tune", "auto", "--epochs", "1");
        CliRun run = await folder.TrainAsync("--fine-tune", "auto", "--epochs", "1", "--json");

        const string Reason = "no class has two images that can be used, so none can be held out";
        Assert.EndsWith($"\nfine-tuning was not tried: {Reason}; the head alone is trained\n", text.Output, StringComparison.Ordinal);
        Assert.Equal(Reason, run.Json.GetProperty("untriedReason").GetString());
        Assert.Equal(JsonValueKind.Null, run.Json.GetProperty("trialHeadAccuracy").ValueKind);
        Assert.Equal((0, false), FineTuned(run));
    }

    [Fact]
    public async Task Train_AutoWhereFineTuningHelps_FineTunesAllBlocks()
    {
        using var folder = new FineTuneFolder(20, TinyNetwork.Faint);

        CliRun run = await folder.TrainAsync(
            "--fine-tune", "auto", "--epochs", "12", "--learning-rate", "0.003", "--augment", "none", "--json");

        Assert.Equal((0, (9, true)), (run.ExitCode, FineTuned(run)));
    }

    [Fact]
    public async Task Train_WithAFraction_ValidatesTheFineTunedModel()
    {
        CliRun run = await _folder.TrainAsync("--fine-tune", "1", "--epochs", "2", "--validation", "0.25", "--json");

        Assert.Equal((18, 6), (run.Json.GetProperty("trainImages").GetInt32(), run.Json.GetProperty("validationImages").GetInt32()));
        Assert.InRange(run.Json.GetProperty("validationAccuracy").GetDouble(), 0.5, 1);
    }

    [Fact]
    public async Task Train_WithAFolderToValidateOn_MeasuresAsEvaluateDoes()
    {
        using var others = new DiscPictures(5, seed: 9);

        CliRun run = await _folder.TrainAsync("--fine-tune", "2", "--epochs", "2", "--validation", others.Path, "--json");
        CliRun evaluated = await CliRun.InProcessAsync("evaluate", _folder.Model, others.Path, "--json");

        Assert.Equal(15, run.Json.GetProperty("validationImages").GetInt32());
        Assert.Equal(evaluated.Json.GetProperty("accuracy").GetDouble(), run.Json.GetProperty("validationAccuracy").GetDouble(), 1e-9);
        TrainCommandTests.AssertSameMeasures(run, evaluated);
    }

    [Fact]
    public async Task Train_WithBadPictures_SkipsAndListsThem()
    {
        string bad = _folder.Pictures.AddBad();
        using var others = new DiscPictures(2, seed: 9);
        string alsoBad = others.AddBad();

        CliRun run = await _folder.TrainAsync("--fine-tune", "1", "--epochs", "1", "--validation", others.Path, "--json");

        Assert.Equal(
            (0, 24, 6),
            (run.ExitCode, run.Json.GetProperty("trainImages").GetInt32(), run.Json.GetProperty("validationImages").GetInt32()));
        Assert.Equal(
            [bad, alsoBad], run.Json.GetProperty("skipped").EnumerateArray().Select(image => image.GetProperty("path").GetString()!));
        Assert.Contains($"skipped {bad}: ", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Train_OfOneSeed_GivesOneModel()
    {
        string first = await ScoresAsync("--seed", "3");
        string again = await ScoresAsync("--seed", "3");
        string other = await ScoresAsync("--seed", "4");

        Assert.Equal(first, again);
        Assert.NotEqual(first, other);
    }

    [Theory]
    [InlineData("--augment", "strong")]
    [InlineData("--augment", "NONE")]
    [InlineData("--learning-rate", "1e-3")]
    [InlineData("--epochs", "3")]
    public async Task Train_WithAnOption_TrainsAnotherModel(string option, string value) =>
        Assert.NotEqual(await ScoresAsync(), await ScoresAsync(option, value));

    [Theory]
    [InlineData(40)]
    [InlineData(80)]
    [InlineData(120)]
    public async Task Train_OnATerminal_ShowsOneLineThatFits(int width)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var terminal = new Terminal(output, error);
        terminal.ErrorConsole.Profile.Width = width;
        Capabilities capabilities = terminal.ErrorConsole.Profile.Capabilities;
        capabilities.Interactive = capabilities.Ansi = true;

        int exitCode = await TrainCommand.Create(terminal).Parse(_folder.Arguments("--fine-tune", "all", "--epochs", "60")[1..])
            .InvokeAsync(cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal(0, exitCode);
        string[] lines = [.. TerminalText.Lines(error).Where(line => !_folder.Done.StartsWith(line, StringComparison.Ordinal))];
        Assert.All(lines, line => Assert.InRange(line.Length, 1, width - 1));
        Assert.All(lines, line => Assert.InRange(Regex.Count(line, "[0-9]:[0-9]{2}"), 0, 1));
        Assert.All(lines, line => Assert.Matches("^(weights|training) .* %", line));
        if (width == 120)
        {
            Assert.Contains(lines, line => Regex.IsMatch(
                line, @"^training [━─]+ [0-9]+ %(  [0-9]+:[0-9]{2} left)?  epoch [0-9]+/60, loss [0-9]+\.[0-9]{3}, accuracy [0-9.]+ %, "
                    + "[0-9]+ images/s$"));
        }
    }

    private static (int Blocks, bool IsAll) FineTuned(CliRun run) =>
        (run.Json.GetProperty("fineTunedBlocks").GetInt32(), run.Json.GetProperty("fineTunedAll").GetBoolean());

    private MobileNetV2FeaturizerInfo Info()
    {
        ITransformer model = new MLContext().LoadModel(_folder.Model);
        using (model as IDisposable)
        {
            return MobileNetV2FeaturizerInfo.Find(model)!;
        }
    }

    private async Task<string> ScoresAsync(params string[] options)
    {
        string[] epochs = options.Contains("--epochs") ? [] : ["--epochs", "1"];
        CliRun train = await _folder.TrainAsync(["--fine-tune", "2", .. epochs, .. options]);
        Assert.Equal((0, _folder.Done), (train.ExitCode, train.Error));
        return (await CliRun.InProcessAsync("predict", _folder.Model, _folder.Pictures.Path, "--json")).Output;
    }
}
