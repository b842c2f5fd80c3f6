using System.CommandLine;
using System.Reflection;
using System.Text.Json;
using MLNet.MobileNetV2.Cli.Symbols;
using MLNet.MobileNetV2.Tests.Cli.Commands;
using MLNet.MobileNetV2.Tests.Support;

namespace MLNet.MobileNetV2.Tests.Cli.Symbols;

/// <summary>The options of <c>train</c> that make up a recipe.</summary>
public sealed class RecipeOptionsTests : IDisposable
{
    // The seed has an option that train has also without --fine-tune; the rest is about the machine.
    private static readonly string[] s_others = ["Checkpoint", "ImageMemoryMiB", "Seed", "ThreadCount"];

    private readonly FineTuneFolder _folder = new(1);

    public void Dispose() => _folder.Dispose();

    public static TheoryData<string, object> Changes => new()
    {
        { "", With(o => o) },
        { "--epochs 3", With(o => o with { Epochs = 3 }) },
        { "--epochs none", With(o => o) },
        { "--steps 70", With(o => o with { Steps = 70 }) },
        { "--epochs 3 --steps 70", With(o => o with { Steps = 70, Epochs = 3 }) },
        { "--training-size 96", With(o => o with { TrainingSize = 96 }) },
        { "--training-size auto", With(o => o) },
        { "--refit-l2 3", With(o => o with { RefitL2Regularization = 3 }) },
        { "--refit-l2 none", With(o => o with { RefitL2Regularization = null }) },
        { "--trained-share 0.5", With(o => o with { TrainedShare = 0.5 }) },
        { "--trained-share auto", With(o => o) },
        { "--batch-size 8", With(o => o with { BatchSize = 8 }) },
        { "--optimizer sgd", With(o => o with { Optimizer = OptimizerKind.Sgd }) },
        { "--optimizer AdamW", With(o => o) },
        { "--learning-rate 0.5", With(o => o with { LearningRate = 0.5, HeadLearningRate = 0.5 }) },
        { "--head-learning-rate 0.5", With(o => o with { HeadLearningRate = 0.5 }) },
        { "--learning-rate 1e-3 --head-learning-rate 0.5", With(o => o with { LearningRate = 1e-3, HeadLearningRate = 0.5 }) },
        { "--head-learning-rate 0.5 --learning-rate 1e-3", With(o => o with { LearningRate = 1e-3, HeadLearningRate = 0.5 }) },
        { "--layer-decay 0.5", With(o => o with { LayerDecay = 0.5 }) },
        { "--layer-decay auto", With(o => o) },
        { "--warm-up-epochs 1.5", With(o => o with { WarmUpEpochs = 1.5 }) },
        { "--warm-up-epochs AUTO", With(o => o) },
        { "--last-learning-rate-factor 0", With(o => o with { LastLearningRateFactor = 0 }) },
        { "--weight-decay 0.001", With(o => o with { WeightDecay = 0.001f }) },
        { "--momentum 0.8", With(o => o with { Momentum = 0.8f }) },
        { "--beta1 0.8", With(o => o with { Beta1 = 0.8f }) },
        { "--beta2 0.99", With(o => o with { Beta2 = 0.99f }) },
        { "--epsilon 1e-6", With(o => o with { Epsilon = 1e-6f }) },
        { "--clip-gradient 0", With(o => o with { ClipGradient = 0 }) },
        { "--classifier-start random", With(o => o with { ClassifierStart = ClassifierStart.Random }) },
        { "--head-epochs 0.5", With(o => o with { HeadEpochs = 0.5 }) },
        { "--unfreezing-epochs 2", With(o => o with { UnfreezingEpochs = 2 }) },
        { "--batch-norm scale-and-shift", With(o => o with { BatchNorm = BatchNormTraining.ScaleAndShift }) },
        { "--batch-norm batch-statistics", With(o => o with { BatchNorm = BatchNormTraining.BatchStatistics }) },
        { "--augment Strong", With(o => o with { Augmentation = ImageAugmentation.Strong }) },
        { "--check-flips false", With(o => o with { ChecksFlips = false }) },
        { "--views 8", With(o => o with { ViewsPerImage = 8 }) },
        { "--label-smoothing 0.1", With(o => o with { LabelSmoothing = 0.1 }) },
        { "--mixup 0.2", With(o => o with { MixupAlpha = 0.2 }) },
        { "--dropout 0", With(o => o with { Dropout = 0 }) },
        { "--dropout auto", With(o => o) },
        { "--balance", With(o => o with { BalanceClasses = true }) },
        { "--balance true", With(o => o with { BalanceClasses = true }) },
        { "--balance false", With(o => o) },
        { "--balance folder", With(o => o with { BalanceClasses = true }) },
        { "--weight-average 0", With(o => o with { WeightAverageDecay = 0 }) },
        { "--patience 2", With(o => o with { Patience = 2 }) },
        { "--patience none", With(o => o) },
        { "--restore-best false", With(o => o with { RestoreBest = false }) },
        { "--seed -3", With(o => o with { Seed = -3 }) },
    };

    [Theory]
    [MemberData(nameof(Changes))]
    public void Options_OfEachOption_ChangeItsSettingAlone(string arguments, object expected) =>
        Assert.Equal(expected, Read(arguments));

    [Theory]
    [MemberData(nameof(Changes))]
    public void Options_OfEachOptionAndItsRecipe_AreTheRecipe(string arguments, object expected)
    {
        string recipe = _folder.File("recipe.json");
        ((FineTuneOptions)expected).Save(recipe);

        Assert.Equal(expected, Read($"--recipe {recipe}"));
        Assert.Equal(expected, Read($"{arguments} --recipe {recipe}"));
    }

    [Fact]
    public void Options_WithARecipe_ChangeIt()
    {
        string recipe = _folder.File("recipe.json");
        new FineTuneOptions
        {
            Seed = 9,
            Epochs = 40,
            LayerDecay = 0.5,
            Dropout = 0.4,
            Patience = 3,
            BalanceClasses = true,
            Augmentation = ImageAugmentation.Strong with { Hue = 0.1 },
        }.Save(recipe);

        FineTuneOptions options = Read($"--recipe {recipe} --epochs 5 --layer-decay auto --patience none --dropout auto --balance false");

        Assert.Equal(new FineTuneOptions { Seed = 9, Epochs = 5, Augmentation = ImageAugmentation.Strong with { Hue = 0.1 } }, options);
    }

    [Theory]
    [InlineData("--steps 70", 70, null)]
    [InlineData("--epochs 5", 300, 5)]
    [InlineData("--steps 70 --epochs 5", 70, 5)]
    [InlineData("--batch-size 8", 300, 40)]
    public void Options_OfSteps_WinOverTheRecipesEpochs(string arguments, int steps, int? epochs)
    {
        string recipe = _folder.File("recipe.json");
        new FineTuneOptions { Steps = 300, Epochs = 40 }.Save(recipe);

        FineTuneOptions options = Read($"--recipe {recipe} {arguments}");

        Assert.Equal((steps, epochs), (options.Steps, options.Epochs));
    }

    [Fact]
    public void All_HaveOneOptionForEachSetting()
    {
        IEnumerable<string> settings = typeof(FineTuneOptions).GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(property => property.SetMethod is { IsPublic: true })
            .Select(property => property.Name);

        Assert.Equal(settings.Except(s_others).Order(), new RecipeOptions().All.Select(option => option.PropertyName).Order());
    }

    [Fact]
    public void Symbols_TellTheirDefaultInTheHelp()
    {
        Assert.All(new RecipeOptions().All, option =>
        {
            Assert.Matches(@"\. Default: [^ ]+\.$", option.Symbol.Description!);
            Assert.NotEqual(string.Empty, option.Symbol.HelpName);
        });
        Assert.EndsWith(
            "Default: medium.", new RecipeOptions().All.Single(option => option.Symbol.Name == "--augment").Symbol.Description!,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--epochs is '0'; it must be at least 1, or none.", "--epochs", "0")]
    [InlineData("--epochs is 'many'; it must be a whole number, or none.", "--epochs", "many")]
    [InlineData("--epochs is '99999999999'; it must be a whole number, or none.", "--epochs", "99999999999")]
    [InlineData("--steps is '0'; it must be at least 1.", "--steps", "0")]
    [InlineData("--training-size is '31'; it must be 32 to 4096, or auto.", "--training-size", "31")]
    [InlineData("Unrecognized command or argument 'perhaps'.", "--balance", "perhaps")]
    [InlineData("--batch-size is '1025'; it must be 1 to 1024.", "--batch-size", "1025")]
    [InlineData("--optimizer is 'lamb'; it must be adamw, sgd or muon.", "--optimizer", "lamb")]
    [InlineData("--optimizer is '1'; it must be adamw, sgd or muon.", "--optimizer", "1")]
    [InlineData("--learning-rate is '0'; it must be a finite number above 0.", "--learning-rate", "0")]
    [InlineData("--learning-rate is '-1'; it must be a finite number above 0.", "--learning-rate", "-1")]
    [InlineData("--learning-rate is 'NaN'; it must be a finite number above 0.", "--learning-rate", "NaN")]
    [InlineData("--learning-rate is 'x'; it must be a number.", "--learning-rate", "x")]
    [InlineData("--learning-rate is '0,1'; it must be a number.", "--learning-rate", "0,1")]
    [InlineData("--learning-rate is ''; it must be a number.", "--learning-rate", "")]
    [InlineData("--head-learning-rate is '-1'; it must be a finite number above 0.", "--head-learning-rate", "-1")]
    [InlineData("--layer-decay is '2'; it must be above 0 and at most 1, or auto.", "--layer-decay", "2")]
    [InlineData("--layer-decay is 'null'; it must be a number, or auto.", "--layer-decay", "null")]
    [InlineData("--warm-up-epochs is '-1'; it must be a finite number of at least 0, or auto.", "--warm-up-epochs", "-1")]
    [InlineData("--last-learning-rate-factor is '2'; it must be from 0 to 1.", "--last-learning-rate-factor", "2")]
    [InlineData("--weight-decay is '-1'; it must be a finite number of at least 0.", "--weight-decay", "-1")]
    [InlineData("--momentum is '1'; it must be from 0 to below 1.", "--momentum", "1")]
    [InlineData("--beta1 is '1'; it must be from 0 to below 1.", "--beta1", "1")]
    [InlineData("--beta2 is '1'; it must be from 0 to below 1.", "--beta2", "1")]
    [InlineData("--epsilon is '0'; it must be a finite number above 0.", "--epsilon", "0")]
    [InlineData("--clip-gradient is '-1'; it must be a finite number of at least 0.", "--clip-gradient", "-1")]
    [InlineData("--classifier-start is 'x'; it must be auto, solved or random.", "--classifier-start", "x")]
    [InlineData("--head-epochs is '-1'; it must be a finite number of at least 0.", "--head-epochs", "-1")]
    [InlineData("--unfreezing-epochs is '-1'; it must be a finite number of at least 0.", "--unfreezing-epochs", "-1")]
    [InlineData("--batch-norm is 'x'; it must be frozen, scale-and-shift or batch-statistics.", "--batch-norm", "x")]
    [InlineData("--augment is 'x'; it must be none, light, medium, standard or strong.", "--augment", "x")]
    [InlineData("--views is '-1'; it must be at least 0.", "--views", "-1")]
    [InlineData("--label-smoothing is '1'; it must be from 0 to below 1.", "--label-smoothing", "1")]
    [InlineData("--mixup is '1e-4'; it must be 0, or 0.001 to 1000.", "--mixup", "1e-4")]
    [InlineData("--dropout is '1'; it must be from 0 to below 1, or auto.", "--dropout", "1")]
    [InlineData("--weight-average is '1'; it must be from 0 to below 1.", "--weight-average", "1")]
    [InlineData("--patience is '0'; it must be at least 1, or none.", "--patience", "0")]
    [InlineData("Unrecognized command or argument 'perhaps'.", "--restore-best", "perhaps")]
    public async Task Train_WithAWrongValue_NamesTheOptionAndWhatIsAllowed(string expected, string option, string value)
    {
        CliRun run = await _folder.TrainAsync("--fine-tune", "1", option, value);

        Assert.Contains($"{expected}\n", run.AssertFailed(2), StringComparison.Ordinal);
        Assert.Equal(["tiny.safetensors"], _folder.Names());
    }

    [Fact]
    public async Task Train_WithSeveralWrongValues_NamesEach()
    {
        CliRun run = await _folder.TrainAsync("--fine-tune", "1", "--epochs", "0", "--mixup", "x");

        AssertMessage.Tells(run.AssertFailed(2), "--epochs is '0'", "--mixup is 'x'");
    }

    [Fact]
    public async Task Help_ShowsEveryOptionUnderAHeading()
    {
        CliRun run = await CliRun.InProcessAsync("train", "--help");

        Assert.Equal((0, string.Empty), (run.ExitCode, run.Error));
        Assert.All(new RecipeOptions().Groups, group =>
        {
            string section = run.Output.Split($"\n\n{group.Heading}:\n")[1].Split("\n\n")[0];
            Assert.Equal(
                group.Options.Select(option => $"{option.Name} <{option.HelpName}>"),
                section.Split('\n').Select(line => line.Trim().Split("  ")[0]));
        });
        Assert.Contains("\n\nHelp:\n  -?, -h, --help ", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Readme_OfTheCommandLine_ListsEveryOptionWithItsNameInARecipe()
    {
        string readme = File.ReadAllText(Path.Combine(Repository.Root, "src/MLNet.MobileNetV2.Cli/README.md"));

        Assert.All(new RecipeOptions().All, option => Assert.Contains(
            $"\n| `{option.Symbol.Name}` | `{JsonNamingPolicy.CamelCase.ConvertName(option.PropertyName)}` | ",
            readme,
            StringComparison.Ordinal));
    }

    private static FineTuneOptions Read(string arguments)
    {
        var symbols = new FineTuneSymbols();
        Option<int> seed = CommonSymbols.Seed();
        var command = new GroupedCommand("train", "Trains.") { new Argument<string>("folder") { Arity = ArgumentArity.ZeroOrOne }, seed };
        symbols.AddTo(command);
        ParseResult parsed = new RootCommand { command }.Parse(
            ["train", "--fine-tune", "1", .. arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries)]);
        Assert.Empty(parsed.Errors);
        return symbols.Options(parsed, seed, hasValidation: true);
    }

    // Without --seed it is 1.
    private static object With(Func<FineTuneOptions, FineTuneOptions> change) => change(new() { Seed = 1 });
}
