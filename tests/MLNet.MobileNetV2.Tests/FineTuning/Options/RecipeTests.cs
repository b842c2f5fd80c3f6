using System.Reflection;
using System.Text.Json;
using FsCheck;
using FsCheck.Xunit;
using MLNet.MobileNetV2.FineTuning.Options;
using MLNet.MobileNetV2.Tests.Support;

namespace MLNet.MobileNetV2.Tests.FineTuning.Options;

/// <summary><see cref="FineTuneOptions.Load"/> and <see cref="FineTuneOptions.Save"/>.</summary>
public sealed class RecipeTests : IDisposable
{
    private static readonly string[] s_aboutTheMachine = ["Checkpoint", "ThreadCount", "ImageMemoryMiB"];

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private string Recipe => _folder.File("recipe.json");

    public static TheoryData<string> Settings => [.. Settable(typeof(FineTuneOptions)).Except(s_aboutTheMachine)];

    public static TheoryData<string> AugmentationSettings => [.. Settable(typeof(ImageAugmentation))];

    [Theory]
    [MemberData(nameof(Settings))]
    public void Save_OfEachSetting_IsReadAgain(string name)
    {
        var options = new FineTuneOptions();
        Change(options, name);

        options.Save(Recipe);

        Assert.NotEqual(new(), options);
        Assert.Equal(options, FineTuneOptions.Load(Recipe));
        Assert.Contains($"\n  \"{JsonNamingPolicy.CamelCase.ConvertName(name)}\": ", File.ReadAllText(Recipe), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(AugmentationSettings))]
    public void Save_OfEachSettingOfTheAugmentation_IsReadAgain(string name)
    {
        var options = new FineTuneOptions { Augmentation = ImageAugmentation.Strong with { } };
        Change(options.Augmentation, name);

        options.Save(Recipe);

        Assert.NotEqual(ImageAugmentation.Strong, options.Augmentation);
        Assert.Equal(options, FineTuneOptions.Load(Recipe));
    }

    [Fact]
    public void Save_LeavesOutWhatIsAboutTheMachine()
    {
        var options = new FineTuneOptions { Checkpoint = new("folder"), ThreadCount = 3, ImageMemoryMiB = 5, Seed = 7 };

        options.Save(Recipe);

        Assert.Equal(new FineTuneOptions { Seed = 7 }, FineTuneOptions.Load(Recipe));
        using var json = JsonDocument.Parse(File.ReadAllText(Recipe));
        Assert.Equal(
            Settings.Select(row => JsonNamingPolicy.CamelCase.ConvertName(row.Data)).Order(),
            json.RootElement.EnumerateObject().Select(setting => setting.Name).Order());
        Assert.Equal(["recipe.json"], _folder.Names());
    }

    [Property]
    public void Save_OfAnyValues_IsReadAgain(
        PositiveInt epochs,
        NormalFloat rate,
        NormalFloat decay,
        NormalFloat smoothing,
        int seed,
        bool isRandom,
        bool balance,
        PositiveInt? patience)
    {
        using var folder = new TempFolder();
        string path = folder.File("recipe.json");
        var options = new FineTuneOptions
        {
            Epochs = epochs.Get,
            LearningRate = Math.Abs(rate.Get) + 1e-300,
            WeightDecay = (float)Math.Abs(decay.Get),
            LabelSmoothing = Math.Abs(smoothing.Get) % 1,
            Seed = seed,
            ClassifierStart = isRandom ? ClassifierStart.Random : ClassifierStart.Solved,
            BalanceClasses = balance,
            Patience = patience?.Get,
            Augmentation = ImageAugmentation.Light with { RotationDegrees = Math.Abs(rate.Get) % 180 },
        };

        options.Save(path);

        Assert.Equal(options, FineTuneOptions.Load(path));
    }

    [Fact]
    public void Save_UnderAnotherCulture_WritesTheSame()
    {
        var options = new FineTuneOptions { LearningRate = 0.25, Augmentation = ImageAugmentation.Strong };
        options.Save(Recipe);
        string expected = File.ReadAllText(Recipe);

        using (new CommaCulture())
        {
            options.Save(Recipe);
            Assert.Equal(options, FineTuneOptions.Load(Recipe));
        }

        Assert.Equal(expected, File.ReadAllText(Recipe));
        Assert.Contains("\"learningRate\": 0.25,\n", expected, StringComparison.Ordinal);
    }

    [Fact]
    public void Save_OfOptionsThatAreNotAllowed_WritesNothing()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new FineTuneOptions { Epochs = 0 }.Save(Recipe));
        Assert.Empty(_folder.Names());
    }

    [Fact]
    public void Save_ReplacesTheFile_AndOneThatCannotBeWrittenIsNamed()
    {
        new FineTuneOptions { Epochs = 3 }.Save(Recipe);
        new FineTuneOptions { Epochs = 4 }.Save(Recipe);

        Assert.Equal(4, FineTuneOptions.Load(Recipe).Epochs);
        string missing = _folder.File("missing/recipe.json");
        IOException error = Assert.ThrowsAny<IOException>(() => new FineTuneOptions().Save(missing));
        Assert.Contains(missing, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("\uFEFF{}")]
    [InlineData("// nothing\n{ /* at all */ }\n")]
    public void Load_OfNothing_GivesTheDefaults(string json)
    {
        File.WriteAllText(Recipe, json);

        Assert.Equal(new(), FineTuneOptions.Load(Recipe));
    }

    [Fact]
    public void Load_OfAFileWrittenByHand_TakesCommentsAndTrailingCommas()
    {
        File.WriteAllText(Recipe, """
            {
              // torchvision's
              "optimizer": "sgd", "learningRate": 1e-2, "headLearningRate": 0.02,
              "classifierStart": "random", "batchNorm": "scaleAndShift",
              "augmentation": "standard",
              "labelSmoothing": 0.1, /* of all classes */
              "dropout": null, "patience": 3, "balanceClasses": true,
            }
            """);

        Assert.Equal(
            new FineTuneOptions
            {
                Optimizer = OptimizerKind.Sgd,
                LearningRate = 0.01,
                HeadLearningRate = 0.02,
                ClassifierStart = ClassifierStart.Random,
                BatchNorm = BatchNormTraining.ScaleAndShift,
                Augmentation = ImageAugmentation.Standard,
                LabelSmoothing = 0.1,
                Patience = 3,
                BalanceClasses = true,
            },
            FineTuneOptions.Load(Recipe));
    }

    [Theory]
    [InlineData("none")]
    [InlineData("light")]
    [InlineData("standard")]
    [InlineData("Strong")]
    public void Load_OfAPreset_TakesIt(string name)
    {
        File.WriteAllText(Recipe, $$"""{ "augmentation": "{{name}}" }""");

        Assert.Equal(ImageAugmentation.FromName(name), FineTuneOptions.Load(Recipe).Augmentation);
    }

    [Fact]
    public void Load_OfSomeSettingsOfTheAugmentation_LeavesTheOthersAtTheirDefaults()
    {
        File.WriteAllText(Recipe, """{ "augmentation": { "hue": 0.1 } }""");

        Assert.Equal(new ImageAugmentation { Hue = 0.1 }, FineTuneOptions.Load(Recipe).Augmentation);
    }

    [Fact]
    public void Settings_OfTrainingAndAugmentation_HaveDifferentNames() => Assert.Empty(
        RecipeSetting.OfTraining.Select(setting => setting.Name).Intersect(RecipeSetting.OfAugmentation.Select(setting => setting.Name)));

    private static IEnumerable<string> Settable(Type type) => type
        .GetProperties(BindingFlags.Public | BindingFlags.Instance)
        .Where(property => property.SetMethod is { IsPublic: true })
        .Select(property => property.Name);

    /// <summary>Sets another value than the property has, which is allowed.</summary>
    private static void Change(object options, string name)
    {
        PropertyInfo property = options.GetType().GetProperty(name)!;
        Type type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
        object? now = property.GetValue(options);
        property.SetValue(options, now switch
        {
            bool value => !value,
            int value => value + 1,
            float value => value * 0.75f,
            0.0 => 0.25,
            double value => value * 0.75,
            Enum => Enum.GetValues(type).GetValue(1),
            ImageAugmentation => ImageAugmentation.Strong,
            null when type == typeof(int) => 64,
            null => 0.25,
            _ => throw new NotSupportedException($"{name} is a {type}."),
        });
    }
}
