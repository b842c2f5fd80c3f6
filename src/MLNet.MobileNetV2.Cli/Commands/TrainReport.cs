using Microsoft.ML;
using MLNet.MobileNetV2.Cli.Output;
using MLNet.MobileNetV2.Machine;

namespace MLNet.MobileNetV2.Cli.Commands;

/// <summary>The page that <c>train --report</c> writes.</summary>
internal static class TrainReport
{
    /// <summary>Writes it, once the model is written.</summary>
    /// <param name="page">The page; null for none.</param>
    /// <param name="model">The model's file.</param>
    /// <param name="result">The training.</param>
    /// <param name="tuning">How it was fine-tuned, if it was.</param>
    /// <param name="epochs">What the fine-tuning reported.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public static void Save(
        ReportFile? page,
        string model,
        ImageFolderTrainingResult result,
        FineTuneOptions tuning,
        IReadOnlyList<FineTuneProgress> epochs,
        CancellationToken cancellationToken) => Save(page, model, result.Model, result.Validation, result.SkippedImages, epochs,
        [
            .. ReportFile.Of(result.Weights),
            ("Classes", result.Classes.Count),
            ("Images trained on", result.TrainingImages),
            ("Images validated on", result.Validation?.Images ?? 0),
            ("Fine-tuned blocks", result.FineTunedBlocks),
            ("Seed", tuning.Seed),
            .. result.FineTunedBlocks == FineTuneBlocks.HeadOnly ? [] : ReportFile.Of(tuning),
        ], cancellationToken);

    /// <summary>Writes that of a model that has grown.</summary>
    public static void Save(
        ReportFile? page,
        (string Folder, string Model) growth,
        string model,
        ImageFolderGrowthResult result,
        CancellationToken cancellationToken) => Save(page, model, result.Model, result.Validation, result.SkippedImages, epochs: [],
        [
            ("Model that has grown", growth.Model),
            ("Images from", growth.Folder),
            ("Images added", result.AddedImages),
            ("Images that the model knows", result.KnownImages),
            ("New classes", result.NewClasses.Count),
            ("Classes", result.Classes.Count),
            ("Images validated on", result.Validation?.Images ?? 0),
        ], cancellationToken);

    private static void Save(
        ReportFile? page,
        string path,
        ITransformer model,
        ClassificationReport? validation,
        IReadOnlyList<BadImage> skipped,
        IReadOnlyList<FineTuneProgress> epochs,
        IEnumerable<(string Name, object? Value)> facts,
        CancellationToken cancellationToken)
    {
        if (page is null)
        {
            return;
        }

        using MobileNetV2Predictor? predictor = validation is null ? null : MobileNetV2Predictor.Create(model);
        page.Save(
            new()
            {
                Title = Path.GetFileName(path),
                Evaluation = validation,
                Epochs = epochs,
                SkippedImages = skipped,
                Predictor = predictor,
                Facts = page.Facts([("Model", path), ("SHA-256 of the model", FileHash.Of(path)), .. facts]),
            },
            cancellationToken);
    }
}
