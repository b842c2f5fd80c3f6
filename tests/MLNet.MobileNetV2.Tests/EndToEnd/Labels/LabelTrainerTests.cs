using System.Text.Json;
using Microsoft.ML;
using Microsoft.ML.OnnxRuntime;
using MLNet.MobileNetV2.Tests.Cli;

namespace MLNet.MobileNetV2.Tests.EndToEnd.Labels;

/// <summary>The names do not depend on who trained the model, or on what it makes of its label and its prediction.</summary>
public sealed class LabelTrainerTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static MatrixTheoryData<string, string, bool> Cases =>
        new(["head", "lbfgs", "sdca", "fine-tuning"], ["int", "DateTime", "no values"], [true, false]);

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Name_OfAModelOfAnyTrainer_IsThatOfItsPrediction(string trainer, string type, bool isMapped)
    {
        LabelKind kind = LabelKind.All[type];
        using var model = new LabelModel(kind, mlContext => Trainer(mlContext, trainer), isMapped);

        using MobileNetV2Predictor predictor = MobileNetV2Predictor.Load(model.Path);
        CliRun run = await CliRun.InProcessAsync(["predict", model.Path, .. kind.Files, "--json"]);

        Assert.Equal(kind.Names, predictor.Labels);
        Assert.Equal(kind.Names, ExportedLabels(model.Loaded));
        Assert.Equal(model.Predicted, kind.Files.Select(file => predictor.Predict(file, cancellationToken: Token)[0].Label));
        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Equal(model.Predicted, run.JsonLines.Select(line => line.GetProperty("label").GetString()));
    }

    [Theory]
    [InlineData("int")]
    [InlineData("DateTime")]
    [InlineData("bool")]
    [InlineData("no values")]
    public async Task Predict_WithAModelThatMakesItsLabelsKeysToo_NeedsNoLabel(string type)
    {
        LabelKind kind = LabelKind.All[type];
        using var model = new LabelModel(kind, hasLabelStep: true);

        CliRun run = await CliRun.InProcessAsync(["predict", model.Path, .. kind.Files, "--json"]);

        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Equal(model.Predicted, run.JsonLines.Select(line => line.GetProperty("label").GetString()));
    }

    [Theory]
    [InlineData("float")]
    [InlineData("DateTimeOffset")]
    public async Task Predict_InAProcessOfItsOwn_NamesTheSame(string type)
    {
        LabelKind kind = LabelKind.All[type];
        using var model = new LabelModel(kind);
        using var process = new CliProcess();

        CliRun run = await process.RunAsync(["predict", model.Path, .. kind.Files, "--json"]);

        Assert.Equal((0, string.Empty), (run.ExitCode, run.Error));
        Assert.Equal(model.Predicted, run.JsonLines.Select(line => line.GetProperty("label").GetString()));
    }

    private static string[] ExportedLabels(ITransformer model)
    {
        using var stream = new MemoryStream();
        new MLContext().Model.SaveMobileNetV2AsOnnx(model, stream);
        using var session = new InferenceSession(stream.ToArray());
        return JsonSerializer.Deserialize<string[]>(session.ModelMetadata.CustomMetadataMap["labels"])!;
    }

    private static IEstimator<ITransformer> Trainer(MLContext mlContext, string name)
    {
        var trainers = mlContext.MulticlassClassification.Trainers;
        return name switch
        {
            "head" => trainers.MobileNetV2Head(),
            "lbfgs" => trainers.LbfgsMaximumEntropy(),
            "sdca" => trainers.SdcaMaximumEntropy(maximumNumberOfIterations: 20),
            _ => trainers.MobileNetV2(new MobileNetV2TrainerOptions
            {
                Weights = LabelModel.Featurizer.Weights,
                FineTuneBlocks = 1,
                FineTuning = new() { Epochs = 1, BatchSize = 2, LearningRate = 1e-4, HeadLearningRate = 1e-4 },
            }),
        };
    }
}
