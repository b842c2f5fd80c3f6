using MLNet.MobileNetV2.Classification;
using MLNet.MobileNetV2.FineTuning.Training;
using MLNet.MobileNetV2.Numerics;

namespace MLNet.MobileNetV2.FineTuning.Comparison;

/// <summary>
/// The best head alone: the regularisation, and the part of the image that it sees, with the smallest log-loss in a cross-validation. The
/// first choice is left only for one that is better by more than chance may make of the same images.
/// </summary>
/// <param name="Features">Features of all images, of the part chosen.</param>
/// <param name="Preprocessing">How images are prepared.</param>
/// <param name="L2Regularization">The regularisation.</param>
internal sealed record HeadChoice(LabelledFeatures Features, ImagePreprocessing Preprocessing, float L2Regularization)
{
    private const int Folds = 5;

    private static readonly float[] s_factors = [1, 10, 100];

    /// <summary>Chooses.</summary>
    /// <param name="weights">The network; its own preprocessing is the first choice.</param>
    /// <param name="images">The images.</param>
    /// <param name="classCount">Number of classes.</param>
    /// <param name="options">The least regularisation, threads, cancellation.</param>
    /// <param name="seed">Seed of the folds.</param>
    /// <param name="choosesCrop">Whether the whole image, squashed, is a choice too.</param>
    public static HeadChoice Of(
        MobileNetV2Weights weights, ImageSplit images, int classCount, MobileNetV2HeadOptions options, int seed, bool choosesCrop)
    {
        ImagePreprocessing own = weights.Preprocessing;
        ImagePreprocessing[] candidates = choosesCrop ? [own, own with { Crop = ImageCrop.Squash, CropFraction = 1 }] : [own];
        IReadOnlyList<(ImageSplit Left, ImageSplit Held)> folds = images.Folds(Folds, seed);
        HeadChoice? best = null;
        double[] first = [];
        double most = 0;
        foreach (ImagePreprocessing preprocessing in candidates)
        {
            LabelledFeatures features = LabelledFeatures.Of(
                weights.WithPreprocessing(preprocessing), images, options.ThreadCount, options.CancellationToken);
            foreach (float factor in s_factors)
            {
                float l2 = factor * options.L2Regularization;
                double[] losses = [.. folds.SelectMany(fold => Losses(features, fold, classCount, options.WithL2(l2)))];
                if (best is null)
                {
                    (best, first) = (new(features, preprocessing, l2), losses);
                    continue;
                }

                PairedDifference gain = PairedDifference.Of([.. first.Zip(losses, (own, other) => own - other)]);
                if (gain.Mean > most && gain.Mean > gain.StandardError)
                {
                    (best, most) = (new(features, preprocessing, l2), gain.Mean);
                }
            }
        }

        return best!;
    }

    private static IEnumerable<double> Losses(
        LabelledFeatures features, (ImageSplit Left, ImageSplit Held) fold, int classCount, MobileNetV2HeadOptions options)
    {
        SoftmaxWeights head = LabelledFeatures.SolveAndSpoil(features.At(fold.Left), classCount, options);
        return features.At(fold.Held).Judge(head).Select(outcome => outcome.Loss);
    }
}
