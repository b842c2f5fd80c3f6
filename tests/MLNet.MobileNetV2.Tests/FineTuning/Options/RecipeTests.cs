using System.Reflection;
using System.Text;
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

    [Theory]
    [InlineData("{ \"epoch\": 3 }", "epoch is not known; steps, epochs, trainingSize, batchSize, optimizer, ")]
    [InlineData("{ \"Epochs\": 3 }", "Epochs is not known; steps, epochs, ")]
    [InlineData("{ \"threadCount\": 3 }", "threadCount is not known; ")]
    [InlineData("{ \"checkpoint\": null }", "checkpoint is not known; ")]
    [InlineData("{ \"augmentation\": { \"isNone\": true } }", "augmentation.isNone is not known; smallestCropArea, ")]
    [InlineData("{ \"epochs\": 3, \"epochs\": 4 }", "epochs is there twice; once is allowed.")]
    [InlineData("{ \"batchSize\": \"ten\" }", "batchSize is \"ten\"; it must be a whole number.")]
    [InlineData("{ \"batchSize\": \"10\" }", "batchSize is \"10\"; it must be a whole number.")]
    [InlineData("{ \"batchSize\": 2.5 }", "batchSize is 2.5; it must be a whole number.")]
    [InlineData("{ \"batchSize\": 99999999999 }", "batchSize is 99999999999; it must be a whole number.")]
    [InlineData("{ \"batchSize\": null }", "batchSize is null; it must be a whole number.")]
    [InlineData("{ \"batchSize\": 0 }", "batchSize is 0; it must be 1 to 1024.")]
    [InlineData("{ \"learningRate\": true }", "learningRate is true; it must be a number.")]
    [InlineData("{ \"learningRate\": -1 }", "learningRate is -1; it must be a finite number above 0.")]
    [InlineData("{ \"learningRate\": 1e400 }", "learningRate is Infinity; it must be a finite number above 0.")]
    [InlineData("{ \"weightDecay\": 1e40 }", "weightDecay is ")]
    [InlineData("{ \"dropout\": \"none\" }", "dropout is \"none\"; it must be a number or null.")]
    [InlineData("{ \"dropout\": 1 }", "dropout is 1; it must be from 0 to below 1, or null.")]
    [InlineData("{ \"patience\": [1,\n 2] }", "patience is [1, 2]; it must be a whole number or null.")]
    [InlineData("{ \"restoreBest\": 1 }", "restoreBest is 1; it must be true or false.")]
    [InlineData("{ \"optimizer\": \"lamb\" }", "optimizer is \"lamb\"; it must be adamW, sgd or muon.")]
    [InlineData("{ \"optimizer\": 1 }", "optimizer is 1; it must be adamW, sgd or muon.")]
    [InlineData("{ \"optimizer\": \"1\" }", "optimizer is \"1\"; it must be adamW, sgd or muon.")]
    [InlineData("{ \"optimizer\": \"adamW, sgd\" }", "optimizer is \"adamW, sgd\"; it must be adamW, sgd or muon.")]
    [InlineData("{ \"augmentation\": \"huge\" }", "augmentation is \"huge\"; it must be none, light, medium, standard, strong, or an object")]
    [InlineData("{ \"augmentation\": null }", "augmentation is null; it must be none, ")]
    [InlineData("{ \"augmentation\": { \"hue\": \"x\" } }", "augmentation.hue is \"x\"; it must be a number.")]
    [InlineData("{ \"augmentation\": { \"hue\": 0.7 } }", "augmentation.hue is 0.7; it must be 0 to 0.5.")]
    [
        InlineData(
            "{ \"augmentation\": { \"smallestCropArea\": 0.7, \"greatestCropArea\": 0.5 } }",
            "augmentation.smallestCropArea is 0.7; it must be more than 0 and at most augmentation.greatestCropArea = 0.5."),
    ]
    [InlineData("[]", "it is []; an object of settings is needed.")]
    [InlineData("", "line 1 is no JSON: ")]
    [InlineData("{\n  \"epochs\": 3\n  \"seed\": 1\n}", "line 3 is no JSON: '\"' is invalid after a value")]
    [InlineData("{ \"epochs\": NaN }", "line 1 is no JSON: ")]
    [InlineData("{} {}", "line 1 is no JSON: ")]
    [InlineData("{ \"\\ud800\": 1 }", "a text in it has half of a surrogate pair.")]
    public void Load_OfAWrongFile_NamesItThePlaceAndWhatIsAllowed(string json, string problem)
    {
        File.WriteAllText(Recipe, json);

        RecipeFormatException error = Assert.Throws<RecipeFormatException>(() => FineTuneOptions.Load(Recipe));

        Assert.StartsWith($"The recipe '{Recipe}' cannot be used: {problem}", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("Parameter", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("\n", error.Message, StringComparison.Ordinal);
        Assert.Equal(Recipe, error.Path);
    }

    [Fact]
    public void Load_OfALongValue_ShowsItsBeginning()
    {
        File.WriteAllText(Recipe, $$"""{ "epochs": "{{new string('x', 1000)}}" }""");

        RecipeFormatException error = Assert.Throws<RecipeFormatException>(() => FineTuneOptions.Load(Recipe));

        Assert.Contains($"epochs is \"{new string('x', 39)}…; ", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_OfAFileThatIsNoText_SaysSo()
    {
        File.WriteAllBytes(Recipe, [.. Encoding.UTF8.GetBytes("{ \""), 0xFF]);

        AssertMessage.Tells(Assert.Throws<RecipeFormatException>(() => FineTuneOptions.Load(Recipe)).Message, Recipe, "no text in UTF-8");
    }

    [Theory]
    [InlineData(1024 * 1024, true)]
    [InlineData((1024 * 1024) + 1, false)]
    public void Load_OfALargeFile_IsRefusedAboveOneMebibyte(int length, bool isRead)
    {
        File.WriteAllText(Recipe, "{}".PadRight(length));

        Exception? error = Record.Exception(() => FineTuneOptions.Load(Recipe));

        Assert.Equal(isRead, error is null);
        if (!isRead)
        {
            AssertMessage.Tells(Assert.IsType<RecipeFormatException>(error).Message, Recipe, "1048576 bytes");
        }
    }

    [Fact]
    public void Load_OfAMissingFile_NamesIt() =>
        Assert.Contains(Recipe, Assert.Throws<FileNotFoundException>(() => FineTuneOptions.Load(Recipe)).Message, StringComparison.Ordinal);

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
