using MLNet.MobileNetV2.Tests.FineTuning;
using MLNet.MobileNetV2.Tests.Support;

namespace MLNet.MobileNetV2.Tests.Cli.Commands;

/// <summary><c>train --recipe</c>, and the recipe beside the model.</summary>
public sealed class TrainRecipeTests : IDisposable
{
    private readonly FineTuneFolder _folder = new(4);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Train_WritesTheEffectiveRecipeBesideTheModel()
    {
        string given = _folder.File("given.json");
        await File.WriteAllTextAsync(
            given, """{ "epochs": 9, "optimizer": "sgd", "seed": 5 } // mine""", TestContext.Current.CancellationToken);

        CliRun run = await _folder.TrainAsync("--fine-tune", "1", "--recipe", given, "--epochs", "1", "--learning-rate", "0.01");

        Assert.Equal((0, _folder.Done), (run.ExitCode, run.Error));
        Assert.Equal(
            new FineTuneOptions { Epochs = 1, Optimizer = OptimizerKind.Sgd, LearningRate = 0.01, HeadLearningRate = 0.01, Seed = 5 },
            FineTuneOptions.Load(_folder.Recipe));
        Assert.Equal(["given.json", "model.recipe.json", "model.zip", "tiny.safetensors"], _folder.Names());
    }

    [Fact]
    public async Task Train_WithTheRecipeOfAModel_GivesTheModelAgain()
    {
        string[] options = ["--fine-tune", "2", "--validation", "0.25", "--json"];
        CliRun first = await _folder.TrainAsync(
            [.. options, "--epochs", "2", "--augment", "standard", "--mixup", "0.2", "--balance", "--patience", "2", "--seed", "3"]);
        string recipe = await File.ReadAllTextAsync(_folder.Recipe, TestContext.Current.CancellationToken);
        string scores = await ScoresAsync();

        CliRun again = await _folder.TrainAsync([.. options, "--recipe", _folder.Recipe]);
        string same = await ScoresAsync();
        CliRun other = await _folder.TrainAsync([.. options, "--recipe", _folder.Recipe, "--seed", "4"]);

        Assert.Equal((0, 0, 0), (first.ExitCode, again.ExitCode, other.ExitCode));
        Assert.Equal(scores, same);
        Assert.NotEqual(scores, await ScoresAsync());
        Assert.Equal(
            recipe.Replace("\"seed\": 3", "\"seed\": 4", StringComparison.Ordinal),
            await File.ReadAllTextAsync(_folder.Recipe, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Train_OfTheHeadAlone_WritesNoRecipe()
    {
        CliRun run = await _folder.TrainAsync();

        Assert.Equal((0, string.Empty), (run.ExitCode, run.Error));
        Assert.Equal(["model.zip", "tiny.safetensors"], _folder.Names());
    }

    [Fact]
    public async Task Train_IntoAFileOfAnotherName_KeepsThatNameInTheRecipes()
    {
        string model = _folder.File("model.bin");

        CliRun run = await CliRun.InProcessAsync(
            "train", _folder.Pictures.Path, "-o", model, "--weights", _folder.Weights, "--fine-tune", "1", "--epochs", "1");

        Assert.Equal((0, $"The recipe of this training is '{model}.recipe.json'.\n"), (run.ExitCode, run.Error));
        Assert.Equal(1, FineTuneOptions.Load($"{model}.recipe.json").Epochs);
    }

    [Fact]
    public async Task Train_WhereTheRecipeCannotBeWritten_FailsBeforeItTrains()
    {
        Directory.CreateDirectory(_folder.Recipe);

        CliRun run = await _folder.TrainAsync("--fine-tune", "1", "--epochs", "1000000");

        AssertMessage.Tells(run.AssertFailed(1), _folder.Recipe, "is a folder; it must be a file");
        Assert.Equal(["model.recipe.json", "tiny.safetensors"], _folder.Names());
    }

    [Fact]
    public async Task Train_ThatDiverges_WritesNoRecipe()
    {
        (await _folder.TrainAsync("--fine-tune", "all", "--learning-rate", "1e37")).AssertFailed(1);

        Assert.Equal(["tiny.safetensors"], _folder.Names());
    }

    [Theory]
    [InlineData("{ \"epoch\": 3 }", 1, "epoch is not known; steps, epochs, ")]
    [InlineData("{ \"dropout\": 1 }", 1, "dropout is 1; it must be from 0 to below 1, or null.")]
    [InlineData("{ \"patience\": 3 }", 2, "--patience is 3; it needs images to validate on: give --validation.")]
    public async Task Train_WithAWrongRecipe_SaysWhatIsWrong(string json, int exitCode, string problem)
    {
        string recipe = _folder.File("given.json");
        await File.WriteAllTextAsync(recipe, json, TestContext.Current.CancellationToken);

        CliRun run = await _folder.TrainAsync("--fine-tune", "1", "--recipe", recipe);

        string expected = exitCode == 1 ? $"The recipe '{recipe}' cannot be used: {problem}" : problem;
        Assert.StartsWith(expected, run.AssertFailed(exitCode), StringComparison.Ordinal);
        Assert.Equal(["given.json", "tiny.safetensors"], _folder.Names());
    }

    [Fact]
    public async Task Train_WithARecipeThatIsMissing_NamesIt() => Assert.Contains(
        _folder.File("none.json"),
        (await _folder.TrainAsync("--fine-tune", "1", "--recipe", _folder.File("none.json"))).AssertFailed(1),
        StringComparison.Ordinal);

    [Fact]
    public async Task Train_WithPatience_EndsAfterEpochsWithoutABetterValidation()
    {
        using var others = new DiscPictures(4, seed: 9);
        string log = _folder.File("log.csv");

        CliRun run = await _folder.TrainAsync(
            "--fine-tune", "1", "--epochs", "500", "--patience", "2", "--validation", others.Path, "--log", log);

        Assert.Equal((0, _folder.Done), (run.ExitCode, run.Error));
        Assert.InRange(File.ReadLines(log).Count(), 4, 100);
    }

    private async Task<string> ScoresAsync() =>
        (await CliRun.InProcessAsync("predict", _folder.Model, _folder.Pictures.Path, "--json")).Output;
}
