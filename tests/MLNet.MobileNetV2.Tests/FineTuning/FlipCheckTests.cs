using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.MobileNetV2.Tests.Support;

namespace MLNet.MobileNetV2.Tests.FineTuning;

/// <summary>Flips are left out of the training where mirror images are of other classes.</summary>
public sealed class FlipCheckTests
{
    private static readonly FineTuneOptions s_oneStep = new() { Steps = 1, TrainingSize = 32, ThreadCount = 2 };

    private readonly MLContext _mlContext = new(seed: 1);

    [Fact]
    public void Fit_OfArrowsToEitherSide_TrainsWithoutFlips()
    {
        using var arrows = new ArrowPictures();

        (MirrorTrial? trial, float[] trained) = Fit(arrows.Rows, s_oneStep);
        (_, float[] without) = Fit(arrows.Rows, WithFlips(0));
        (_, float[] withFlips) = Fit(arrows.Rows, s_oneStep with { ChecksFlips = false });

        Assert.True(trial!.ChangesClasses);
        Assert.Equal(48, trial.Images);
        Assert.InRange(trial.Accuracy, 0.8, 1);
        Assert.InRange(trial.MirroredAccuracy, 0, 0.4);
        Assert.Equal(trial.Accuracy - trial.MirroredAccuracy, (trial.Lost - trial.Gained) / 48.0, 12);
        Assert.Equal(without, trained);
        Assert.NotEqual(withFlips, trained);
    }

    [Fact]
    public void Fit_OfPicturesWithoutSides_TrainsWithFlips()
    {
        using var discs = new DiscPictures(8);

        (MirrorTrial? trial, float[] trained) = Fit(discs.Rows, s_oneStep);
        (MirrorTrial? none, float[] withFlips) = Fit(discs.Rows, s_oneStep with { ChecksFlips = false });

        Assert.False(trial!.ChangesClasses);
        Assert.Null(none);
        Assert.Equal(withFlips, trained);
    }

    public static TheoryData<string, MobileNetV2TrainerOptions> Unchecked => new()
    {
        { "no flips", Options(WithFlips(0)) },
        { "from scratch", Options(s_oneStep with { BatchNorm = BatchNormTraining.BatchStatistics }) },
        { "head alone", Options(s_oneStep, FineTuneBlocks.HeadOnly) },
    };

    [Theory]
    [MemberData(nameof(Unchecked), DisableDiscoveryEnumeration = true)]
    public void Fit_WhereFlipsDoNotMatter_ChecksNothing(string why, MobileNetV2TrainerOptions options)
    {
        Assert.NotEmpty(why);
        using var arrows = new ArrowPictures();
        MirrorTrial? trial = null;

        Fit(arrows.Rows, options.With(its => its.FlipsChecked, found => trial = found));

        Assert.Null(trial);
    }

    [Fact]
    public void Fit_WithOneImageOfEachClass_ChecksNothing()
    {
        using var arrows = new ArrowPictures();

        (MirrorTrial? trial, _) = Fit([arrows.Rows[0], arrows.Rows[^1]], s_oneStep);

        Assert.Null(trial);
    }

    [Fact]
    public void FitIfBetter_OfArrowsToEitherSide_ComparesWithoutFlips()
    {
        using var arrows = new ArrowPictures();
        MirrorTrial? checkedFlips = null;
        var trials = new List<FineTuneTrial>();
        foreach (FineTuneOptions tuning in (FineTuneOptions[])[s_oneStep with { Steps = 4 }, WithFlips(0) with { Steps = 4 }])
        {
            Fit(arrows.Rows, Options(tuning).With(its => its.FineTuneIfBetter, true)
                .With(its => its.TimeBudget, Timeout.InfiniteTimeSpan)
                .With(its => its.FlipsChecked, found => checkedFlips = found)
                .With(its => its.TrialEnded, trials.Add));
        }

        Assert.True(checkedFlips!.ChangesClasses);
        Assert.Equal(trials[1].FineTuned, trials[0].FineTuned);
    }

    private (MirrorTrial? Trial, float[] Kernel) Fit(PhotoRow[] rows, FineTuneOptions tuning)
    {
        MirrorTrial? trial = null;
        float[] kernel = Fit(rows, Options(tuning).With(its => its.FlipsChecked, found => trial = found));
        return (trial, kernel);
    }

    // The last kernel, which every training changes otherwise.
    private float[] Fit(PhotoRow[] rows, MobileNetV2TrainerOptions options)
    {
        using TransformerChain<ITransformer> model = _mlContext.MulticlassClassification.Trainers.MobileNetV2(options)
            .Fit(_mlContext.Data.LoadFromEnumerable(rows));
        return [.. model.OfType<MobileNetV2FeaturizerTransformer>().Single().Weights.Tensors["features.18.0.weight"].Values.Span];
    }

    private static MobileNetV2TrainerOptions Options(FineTuneOptions tuning, FineTuneBlocks? blocks = null) => new()
    {
        Weights = WeightsSource.Embedded, FineTuneBlocks = blocks ?? 1, FineTuning = tuning,
    };

    private static FineTuneOptions WithFlips(double probability) => s_oneStep with
    {
        Augmentation = s_oneStep.Augmentation with { HorizontalFlipProbability = probability },
    };
}
