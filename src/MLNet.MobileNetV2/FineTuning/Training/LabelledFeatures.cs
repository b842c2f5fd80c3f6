using MLNet.MobileNetV2.Classification;
using MLNet.MobileNetV2.Classification.Solver;
using MLNet.MobileNetV2.Numerics;

namespace MLNet.MobileNetV2.FineTuning.Training;

/// <summary>A network's features of images, as predictions see them, with the images' classes. Not thread-safe.</summary>
internal sealed class LabelledFeatures
{
    private readonly FeatureBlocks _rows;
    private readonly int[] _labels;

    private LabelledFeatures(FeatureBlocks rows, int[] labels, int[] places)
    {
        _rows = rows;
        _labels = labels;
        Places = places;
    }

    /// <summary>The place in memory of each row's image.</summary>
    public IReadOnlyList<int> Places { get; }

    /// <summary>Computes the features; unreadable images may be left out.</summary>
    /// <param name="weights">The network.</param>
    /// <param name="images">The images.</param>
    /// <param name="threadCount">Most threads; 0 means as many as there are cores.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <param name="augmentation">How the images are changed; null for not at all.</param>
    /// <exception cref="BadImageException">An image can no longer be read, and bad ones are not left out.</exception>
    /// <exception cref="InvalidOperationException">No image is left, or of several classes one alone.</exception>
    public static LabelledFeatures Of(
        MobileNetV2Weights weights,
        ImageSplit images,
        int threadCount,
        CancellationToken cancellationToken,
        ImageAugmentation? augmentation = null)
    {
        using var network = new FrontLayers(weights, FeatureTap.Features);
        using var source = new InputSource(
            images with { InputMemory = new(0) },
            weights.Preprocessing,
            augmentation ?? ImageAugmentation.None,
            viewCount: 1,
            seed: 0,
            network);
        var rows = new FeatureBlocks(weights.FeatureCount);
        for (int i = 0; i < images.Count; i++)
        {
            rows.AddRow();
        }

        new ParallelLoop(threadCount, cancellationToken).For(
            images.Count, image => source.TryRead(image, epoch: 0, rows.Row(image)[..rows.Columns]));
        var features = new LabelledFeatures(rows, [.. images.Labels], [.. images.Places]);
        return images.Usable().Count == images.Count
            ? features
            : features.At([.. Enumerable.Range(0, images.Count).Where(images.IsUsable)]);
    }

    /// <summary>Some of the rows, by their images' places in memory; those that have none are left out.</summary>
    public LabelledFeatures At(ImageSplit images)
    {
        HashSet<int> places = [.. images.Places];
        return At([.. Enumerable.Range(0, Places.Count).Where(row => places.Contains(Places[row]))]);
    }

    /// <summary>Solves for the classifier.</summary>
    public SoftmaxWeights Solve(int classCount, MobileNetV2HeadOptions options) =>
        SolveAndSpoil(At([.. Enumerable.Range(0, _labels.Length)]), classCount, options);

    /// <summary>Solves for the classifier without a copy of the rows, which are of no use afterwards.</summary>
    public static SoftmaxWeights SolveAndSpoil(LabelledFeatures features, int classCount, MobileNetV2HeadOptions options) =>
        HeadSolver.Solve(features._rows, features._labels, weights: null, classCount, options).Model;

    /// <summary>How well a classifier does on each row.</summary>
    public ImageOutcome[] Judge(SoftmaxWeights classifier)
    {
        var outcomes = new ImageOutcome[_labels.Length];
        float[] logits = new float[classifier.Biases.Length];
        for (int row = 0; row < outcomes.Length; row++)
        {
            classifier.Score(_rows.Row(row)[.._rows.Columns], logits);
            outcomes[row] = ImageOutcome.Of(logits, _labels[row]);
        }

        return outcomes;
    }

    /// <summary>How well two classifiers do on the images that both have the features of.</summary>
    public static IEnumerable<(ImageOutcome First, ImageOutcome Second)> JudgePairs(
        LabelledFeatures first, SoftmaxWeights firstClassifier, LabelledFeatures second, SoftmaxWeights secondClassifier)
    {
        Dictionary<int, ImageOutcome> outcomes = new(first.Places.Zip(first.Judge(firstClassifier), KeyValuePair.Create));
        foreach ((int place, ImageOutcome outcome) in second.Places.Zip(second.Judge(secondClassifier)))
        {
            if (outcomes.TryGetValue(place, out ImageOutcome other))
            {
                yield return (other, outcome);
            }
        }
    }

    private LabelledFeatures At(int[] rows)
    {
        var copy = new FeatureBlocks(_rows.Columns);
        foreach (int row in rows)
        {
            _rows.Row(row)[.._rows.Columns].CopyTo(copy.AddRow());
        }

        return new(copy, [.. rows.Select(row => _labels[row])], [.. rows.Select(row => Places[row])]);
    }
}
