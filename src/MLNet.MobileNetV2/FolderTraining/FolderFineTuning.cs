using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Trainers;
using MLNet.MobileNetV2.Machine;

namespace MLNet.MobileNetV2.FolderTraining;

/// <summary>Fine-tunes the network on the images of a folder, and validates it. For one run.</summary>
internal sealed class FolderFineTuning(FolderImages images, LoadedWeights weights, ImageFolderTrainingOptions options)
{
    // Reading takes little of the time; the comparison and the training share the rest.
    private const double ReadingShare = 0.05;

    private readonly MLContext _mlContext = new(seed: 1);
    private readonly Dictionary<string, string> _bad = new(StringComparer.Ordinal);
    private readonly Lock _reading = new();
    private readonly bool _validatesEpochs = images.Validation.Count > 0
        && (options.FineTuning.Patience is not null || options.EpochProgress is not null);

    private FineTuneTrial? _trial;
    private MirrorTrial? _mirrorTrial;

    /// <summary>Trains.</summary>
    /// <exception cref="ImageFolderException">A class has no image that can be used, or there is none to validate on.</exception>
    public ImageFolderTrainingResult Run(CancellationToken cancellationToken)
    {
        using TransformerChain<ITransformer> model = Fit(cancellationToken);
        BadImage[] skipped = BadImages();
        images.CheckClasses(skipped);
        MobileNetV2Weights tuned = model.OfType<MobileNetV2FeaturizerTransformer>().Single().Weights;
        using var features = new ImageFeatures(_mlContext, tuned, cache: null, progress: null, cancellationToken);
        bool isRead = options.UnknownLabel is not null || options.KeepsStatistics || options.KeepFeatures;
        IReadOnlyList<FeatureRow> rows = isRead
            ? features.Read([.. images.Training.ExceptBy(skipped.Select(image => image.Path), file => file.ImagePath)])
            : [];
        IDataView? validation = features.ReadValidation(images);

        var head = model.OfType<MulticlassPredictionTransformer<MaximumEntropyModelParameters>>().Single();
        var classifier = new FolderClassifier(_mlContext, tuned, FeatureTap.Features, head);
        classifier.Learn(rows, images.Folder, options, cancellationToken);
        return classifier.Measured(
            validation,
            report => new(classifier, weights)
            {
                TrainingImages = images.Training.Count - skipped.Length,
                Validation = report,
                FineTunedBlocks = options.FineTuneIfBetter && _trial is not { ChoosesFineTuning: true }
                    ? FineTuneBlocks.HeadOnly
                    : options.FineTuneBlocks,
                Trial = _trial,
                MirrorTrial = _mirrorTrial,
                SkippedImages = [.. skipped, .. features.Skipped],
                TrainingFeatures = options.KeepFeatures ? features.ToData(rows) : null,
            },
            cancellationToken);
    }

    private TransformerChain<ITransformer> Fit(CancellationToken cancellationToken)
    {
        var trainer = new MobileNetV2TrainerOptions
        {
            Weights = WeightsSource.From(weights.Weights),
            FineTuneBlocks = options.FineTuneBlocks,
            FineTuneIfBetter = options.FineTuneIfBetter,
            TimeBudget = options.TimeBudget,
            Planned = options.Planned,
            TrialEnded = trial => _trial = trial,
            FlipsChecked = trial => _mirrorTrial = trial,
            ValidationSet = _validatesEpochs ? _mlContext.Data.LoadFromEnumerable(images.Validation) : null,

            // Images that choose the epoch flatter it: where they are not asked to, they only measure.
            FineTuning = options.FineTuning with
            {
                RestoreBest = options.FineTuning.RestoreBest && options.FineTuning.Patience is not null,
            },
            OnBadImage = BadImageHandling.MissingFeatures,
            BadImageFound = image =>
            {
                lock (_bad)
                {
                    _bad[image.Path!] = image.Reason;
                }
            },
            ReadingProgress = new DirectProgress<int>(ReportRead),
            Progress = new DirectProgress<FineTuneProgress>(Report),
            CancellationToken = cancellationToken,
        };
        try
        {
            IDataView data = _mlContext.Data.LoadFromEnumerable(images.Training);
            return _mlContext.MulticlassClassification.Trainers.MobileNetV2(trainer).Fit(data);
        }
        catch (InvalidOperationException error) when (error.GetType() == typeof(InvalidOperationException))
        {
            // What the trainer says about images that it cannot train on.
            images.CheckClasses(BadImages());
            throw new ImageFolderException(images.Folder, error.Message, error);
        }
    }

    private BadImage[] BadImages()
    {
        lock (_bad)
        {
            return
            [
                .. images.Training.Where(file => _bad.ContainsKey(file.ImagePath))
                    .Select(file => new BadImage(file.ImagePath, _bad[file.ImagePath])),
            ];
        }
    }

    private void ReportRead(int count)
    {
        lock (_reading)
        {
            int all = images.Training.Count + (_validatesEpochs ? images.Validation.Count : 0);
            options.Progress?.Report(new(ReadingShare * count / all, null, null));
        }
    }

    private void Report(FineTuneProgress state)
    {
        bool isTrial = state.Training < state.Trainings;
        if (!isTrial && state.Epochs > 0 && (state.Step == 0 || state.Step == state.Steps))
        {
            options.EpochProgress?.Report(state);
        }

        if (state.Step == 0)
        {
            // The images have all been read: better to fail now than after the training.
            images.CheckClasses(BadImages());
            return;
        }

        double done = (state.Epoch - 1 + ((double)state.Step / state.Steps)) / state.Epochs;
        done = (state.Training - 1 + done) / state.Trainings;
        options.Progress?.Report(new(ReadingShare + (done * (1 - ReadingShare)), Detail(state), state.Remaining));
    }

    private static string Detail(FineTuneProgress state)
    {
        string measures = state is { Loss: { } loss, Accuracy: { } accuracy }
            ? string.Create(CultureInfo.InvariantCulture, $", loss {loss:F3}, accuracy {accuracy:P1}")
            : string.Empty;
        return string.Create(
            CultureInfo.InvariantCulture, $"epoch {state.Epoch}/{state.Epochs}{measures}, {state.ImagesPerSecond:F0} images/s");
    }
}
