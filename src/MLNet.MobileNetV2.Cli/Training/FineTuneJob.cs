using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Trainers;
using MLNet.MobileNetV2.Cli.Output;

namespace MLNet.MobileNetV2.Cli.Training;

/// <summary>Fine-tunes the network on photos, validates and saves. Not thread-safe; owns the model that it makes.</summary>
internal sealed class FineTuneJob(TrainingFiles files, MobileNetV2Weights weights, FineTuneChoice choice, FineTuneOptions options) : ITrainingJob
{
    // The bar counts thousandths: reading takes few of them, the trial of auto and the training share the rest.
    private const int AllSteps = 1000;
    private const int ReadingSteps = 50;

    // The part of the pictures that the trial trains on.
    private const double TrialShare = 0.8;

    private readonly MLContext _mlContext = new(seed: 1);
    private readonly Dictionary<string, string> _bad = new(StringComparer.Ordinal);
    private Classifier? _classifier;
    private TimeSpan _trialStep;

    public long Steps => AllSteps;

    // Reading, trial and training differ; the training tells how long it takes.
    public bool IsEven => false;

    public IReadOnlyList<string> Classes => _classifier?.Classes ?? [];

    public long TrainImages { get; private set; }

    public IReadOnlyList<SkippedImage> Skipped { get; private set; } = [];

    public FineTunedPart FineTuned { get; private set; }

    public FineTuneTrial? Trial { get; private set; }

    public ClassificationReport? Run(ReportProgress progress, CancellationToken cancellationToken)
    {
        FineTuneBlocks blocks = choice.BlocksOf(weights.Architecture.Blocks.Count, weights.Name);
        IDataView photos = _mlContext.Data.LoadFromEnumerable(files.Training);
        IDataView keyed = Classifier.WithKeys(_mlContext, photos);
        var trainer = new MobileNetV2TrainerOptions
        {
            Weights = WeightsSource.From(weights),
            FineTuneBlocks = blocks,
            FineTuneIfBetter = choice.IsAuto,
            TrialEnded = trial => Trial = trial,
            FineTuning = options,
            OnBadImage = BadImageHandling.MissingFeatures,
            BadImageFound = image =>
            {
                lock (_bad)
                {
                    _bad[image.Path!] = image.Reason;
                }
            },
            ReadingProgress = new DirectProgress<int>(count => progress((long)count * ReadingSteps / files.Training.Count)),
            Progress = new DirectProgress<FineTuneProgress>(state => Report(state, progress)),
            CancellationToken = cancellationToken,
        };
        using TransformerChain<ITransformer> model = Fit(trainer, keyed);
        Skipped = BadPictures();
        TrainingJob.CheckClasses(files.Training, Skipped);
        TrainImages = files.Training.Count - Skipped.Count;
        MobileNetV2Weights tuned = model.OfType<MobileNetV2FeaturizerTransformer>().Single().Weights;
        FineTuned = choice.IsAuto && Trial is not { IsFineTunedBetter: true } ? default : FineTunedPart.Of(blocks, weights.Architecture.Blocks.Count);
        _classifier = new Classifier(_mlContext, tuned, FeatureTap.Features);
        _classifier.Use((MulticlassPredictionTransformer<MaximumEntropyModelParameters>)model.LastTransformer, keyed);
        return files.Validation.Count == 0 ? null : Validate(tuned, cancellationToken);
    }

    public void Save(Stream stream) => _classifier!.Save(stream);

    // Until the model is in its place, a checkpoint is all that a kill leaves.
    public void Saved() => options.Checkpoint?.Delete();

    public void Dispose() => _classifier?.Dispose();

    private TransformerChain<ITransformer> Fit(MobileNetV2TrainerOptions trainer, IDataView keyed)
    {
        try
        {
            return _mlContext.MulticlassClassification.Trainers.MobileNetV2(trainer).Fit(keyed);
        }
        catch (TrainingDivergedException error)
        {
            throw new CommandFailedException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"The training diverged in step {error.Step} of epoch {error.Epoch}: a lower --learning-rate than {options.LearningRate} is needed."),
                innerException: error);
        }
        catch (CheckpointException error)
        {
            string ways = options.Checkpoint!.Resume ? "--restart begins anew" : "--resume goes on with it, --restart begins anew";
            throw new CommandFailedException($"{error.Message} ({ways}.)", innerException: error);
        }
        catch (InvalidOperationException error) when (error.GetType() == typeof(InvalidOperationException))
        {
            // What the trainer says of pictures and rates that it cannot train with.
            TrainingJob.CheckClasses(files.Training, BadPictures());
            throw new CommandFailedException(error.Message, innerException: error);
        }
    }

    private SkippedImage[] BadPictures()
    {
        lock (_bad)
        {
            return [.. files.Training.Where(file => _bad.ContainsKey(file.ImagePath)).Select(file => new SkippedImage(file.ImagePath, _bad[file.ImagePath]))];
        }
    }

    private ClassificationReport Validate(MobileNetV2Weights tuned, CancellationToken cancellationToken)
    {
        using var features = new PhotoFeatures(_mlContext, tuned, cache: null, _ => { }, cancellationToken);
        List<FeatureRow> rows = features.Read(files.Validation);
        Skipped = [.. Skipped, .. features.Skipped];
        return rows.Count > 0
            ? _classifier!.Evaluate(_mlContext.Data.LoadFromEnumerable(rows, FeatureRow.Schema(tuned.FeatureCount)), cancellationToken)
            : throw new CommandFailedException(
                $"None of the {files.Validation.Count} pictures to validate on can be used. {SkippedImage.Reasons(features.Skipped, files.Validation)}");
    }

    private void Report(FineTuneProgress state, ReportProgress progress)
    {
        if (state.Step == 0)
        {
            // The pictures are all read: better said now than after the training.
            TrainingJob.CheckClasses(files.Training, BadPictures());
            return;
        }

        double done = (state.Epoch - 1 + ((double)state.Step / state.Steps)) / state.Epochs;
        if (choice.IsAuto)
        {
            done = (done + (Trial is null ? 0 : 1)) / 2;
        }

        progress(
            ReadingSteps + (long)(done * (AllSteps - ReadingSteps)),
            Detail(state),
            TimeLeft(state));
    }

    private static string Detail(FineTuneProgress state)
    {
        string measures = state is { Loss: { } loss, Accuracy: { } accuracy }
            ? string.Create(CultureInfo.InvariantCulture, $", loss {loss:F3}, accuracy {accuracy:P1}")
            : string.Empty;
        return string.Create(CultureInfo.InvariantCulture, $"epoch {state.Epoch}/{state.Epochs}{measures}, {state.ImagesPerSecond:F0} images/s");
    }

    private TimeSpan? TimeLeft(FineTuneProgress state)
    {
        if (!choice.IsAuto || Trial is not null || state.Remaining is not { } left)
        {
            return state.Remaining;
        }

        // After the trial, all pictures may be trained on in the same way.
        long all = (long)state.Epochs * state.Steps;
        long toGo = all - (((long)state.Epoch - 1) * state.Steps) - state.Step;
        _trialStep = toGo > 0 ? left / toGo : _trialStep;
        return left + (_trialStep * (all / TrialShare));
    }
}
