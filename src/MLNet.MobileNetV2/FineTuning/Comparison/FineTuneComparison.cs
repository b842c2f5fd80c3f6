using MLNet.MobileNetV2.Classification;
using MLNet.MobileNetV2.FineTuning.Training;
using MLNet.MobileNetV2.Machine;

namespace MLNet.MobileNetV2.FineTuning.Comparison;

/// <summary>
/// Compares the head alone with fine-tuning by cross-fitting: each half of the images is held out once from both, and judged.
/// </summary>
/// <param name="options">What is compared.</param>
/// <param name="tuning">How the network is fine-tuned.</param>
internal sealed class FineTuneComparison(MobileNetV2TrainerOptions options, FineTuneOptions tuning)
{
    private readonly FineTuneOptions _tuning = tuning with { Patience = null };

    /// <summary>Compares.</summary>
    /// <param name="weights">The network.</param>
    /// <param name="training">The images to train on; some may turn out to be bad.</param>
    /// <param name="validation">The images that the training after the comparison validates on.</param>
    /// <param name="classCount">Number of classes.</param>
    /// <returns>The outcome, and what is trained after it.</returns>
    public ComparisonResult Run(MobileNetV2Weights weights, ImageSplit training, ImageSplit validation, int classCount)
    {
        if (training.Labels.CountBy(label => label).All(label => label.Value < 2))
        {
            return Untried(weights, "no class has two images that can be used, so none can be held out");
        }

        HeadChoice head = HeadChoice.Of(
            weights, training, classCount, options.Head, _tuning.Seed, choosesCrop: options.Preprocessing is null);
        training = training.Usable();
        weights = head.Preprocessing == weights.Preprocessing ? weights : weights.WithPreprocessing(head.Preprocessing);
        ComparisonPlan plan = Plan(weights, training, classCount);
        ComparisonResult result = new(weights, head.L2Regularization, _tuning with { Epochs = null, Steps = plan.Steps }, new());
        if (plan.Steps < ComparisonPlan.LeastSteps && plan.Steps < Wanted(training))
        {
            string reason = FormattableString.Invariant(
                $"a step takes {plan.SecondsPerStep:F1} s, so {plan.Steps} fit in half the time; {ComparisonPlan.LeastSteps} are needed");
            return result with { Trial = new() { UntriedReason = reason } };
        }

        new NetworkTraining(options.FineTuneBlocks, result.Tuning with { Patience = tuning.Patience }, options.Head)
            .CheckCheckpoint(weights, training, validation, classCount);
        Report(plan, result, training);
        return result with { Trial = CrossFit(result, head, plan, training, classCount) };
    }

    private FineTuneTrial CrossFit(ComparisonResult result, HeadChoice head, ComparisonPlan plan, ImageSplit images, int classCount)
    {
        var pairs = new List<(ImageOutcome Head, ImageOutcome FineTuned)>();
        IReadOnlyList<(ImageSplit Left, ImageSplit Held)> folds = images.Folds(ComparisonPlan.Folds, _tuning.Seed);
        foreach ((int index, (ImageSplit left, ImageSplit held)) in folds.Index())
        {
            SoftmaxWeights alone = head.Features.At(left).Solve(classCount, options.Head.WithL2(head.L2Regularization));
            FineTuneOptions folded = _tuning with
            {
                Epochs = null, Steps = plan.FoldSteps, Checkpoint = tuning.Checkpoint?.ForFold(index),
            };
            var training = new NetworkTraining(options.FineTuneBlocks, folded, options.Head)
            {
                LaterSteps = (plan.FoldSteps * (folds.Count - 1 - index)) + plan.Steps,
            };
            MobileNetV2Weights tuned = training.Run(result.Weights, left, images.None, classCount, Progress(options.Progress, index + 1));
            LabelledFeatures after = LabelledFeatures.Of(tuned, held, options.Head.ThreadCount, options.CancellationToken);
            pairs.AddRange(LabelledFeatures.JudgePairs(head.Features.At(held), alone, after, ClassifierSolver.ClassifierOf(tuned)));
        }

        return Trial(pairs);
    }

    private static FineTuneTrial Trial(List<(ImageOutcome Head, ImageOutcome FineTuned)> pairs) => new()
    {
        Images = pairs.Count,
        Head = new(pairs.Average(pair => pair.Head.Loss), pairs.Average(pair => pair.Head.IsCorrect ? 1.0 : 0)),
        FineTuned = new(pairs.Average(pair => pair.FineTuned.Loss), pairs.Average(pair => pair.FineTuned.IsCorrect ? 1.0 : 0)),
        Gained = pairs.Count(pair => pair is { FineTuned.IsCorrect: true, Head.IsCorrect: false }),
        Lost = pairs.Count(pair => pair is { FineTuned.IsCorrect: false, Head.IsCorrect: true }),
    };

    private ComparisonPlan Plan(MobileNetV2Weights weights, ImageSplit training, int classCount)
    {
        CheckpointOptions? checkpoint = tuning.Checkpoint;
        if (checkpoint is { Resume: true } && ComparisonPlan.Read(checkpoint.PlanFile) is { } kept)
        {
            return kept;
        }

        double seconds = options.TimeBudget == Timeout.InfiniteTimeSpan
            ? 0
            : new NetworkTraining(options.FineTuneBlocks, _tuning, options.Head).TimeStep(weights, training, classCount).TotalSeconds;
        ComparisonPlan plan = ComparisonPlan.Of(Wanted(training), options.TimeBudget, seconds);
        if (checkpoint is not null)
        {
            plan.Save(checkpoint.PlanFile);
        }

        return plan;
    }

    private long Wanted(ImageSplit training) => new BatchPlan(training.Count, _tuning).Steps;

    private void Report(ComparisonPlan plan, ComparisonResult result, ImageSplit training)
    {
        int blocks = result.Weights.Architecture.Blocks.Count;
        options.Planned?.Invoke(new()
        {
            Blocks = blocks,
            TrainedBlocks = options.FineTuneBlocks.Count ?? blocks,
            Epochs = new BatchPlan(training.Count, result.Tuning).Epochs,
            Steps = plan.Steps,
            Duration = plan.Duration,
        });
    }

    /// <summary>What reports the training after the comparison.</summary>
    public static IProgress<FineTuneProgress>? Last(IProgress<FineTuneProgress>? progress) => Progress(progress, ComparisonPlan.Folds + 1);

    private static DirectProgress<FineTuneProgress>? Progress(IProgress<FineTuneProgress>? progress, int training) =>
        progress is null ? null : new(state => progress.Report(state.Of(training, ComparisonPlan.Folds + 1)));

    private ComparisonResult Untried(MobileNetV2Weights weights, string reason) =>
        new(weights, options.L2Regularization, _tuning, new() { UntriedReason = reason });
}

/// <summary>What a comparison leads to.</summary>
/// <param name="Weights">The network, with the preprocessing that suits its images.</param>
/// <param name="L2Regularization">The regularisation that suits the head alone.</param>
/// <param name="Tuning">How the network is trained, if it is.</param>
/// <param name="Trial">The outcome.</param>
internal sealed record ComparisonResult(MobileNetV2Weights Weights, float L2Regularization, FineTuneOptions Tuning, FineTuneTrial Trial);
