using System.Text;
using MLNet.MobileNetV2.Tests.Support;

namespace MLNet.MobileNetV2.Tests.FineTuning.Options;

/// <summary>Recipes that <see cref="FineTuneOptions.Load"/> refuses.</summary>
public sealed class RecipeFormatExceptionTests : IDisposable
{
    private readonly TempFolder _folder = new();

    private string Recipe => _folder.File("recipe.json");

    public void Dispose() => _folder.Dispose();

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
    [
        InlineData(
            "{ \"augmentation\": \"huge\" }",
            "augmentation is \"huge\"; it must be none, light, medium, standard, strong, or an object"),
    ]
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
}
