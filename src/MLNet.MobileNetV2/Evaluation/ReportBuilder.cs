using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace MLNet.MobileNetV2.Evaluation;

/// <summary>Adds up what a report says, image by image. Not thread-safe.</summary>
/// <param name="classes">The class names in the order of the probabilities.</param>
/// <param name="options">Validated options.</param>
internal sealed class ReportBuilder(IReadOnlyList<string> classes, ClassificationReportOptions options)
{
    // Keeps the log-loss finite where a model is certain and wrong, as ML.NET's and scikit-learn's do.
    private const double SmallestProbability = 1e-15;

    private readonly List<JudgedImage> _images = [];
    private readonly List<int> _groups = [];
    private readonly Dictionary<string, int> _groupNumbers = new(StringComparer.Ordinal);
    private readonly (int Images, int Correct, double Confidence)[] _bins = new (int, int, double)[options.CalibrationBins];
    private int _groupCount;

    /// <summary>The images so far.</summary>
    public IReadOnlyList<JudgedImage> Images => _images;

    /// <summary>The group of each image, counted from 0.</summary>
    public IReadOnlyList<int> Groups => _groups;

    /// <summary>Number of images by the place of the true class among their probabilities, from 0.</summary>
    public int[] Ranks { get; } = new int[classes.Count];

    /// <summary>How often each class is the truth and the prediction.</summary>
    public ClassCounts Counts { get; } = new(classes.Count);

    /// <summary>Sum over the images of the squared distance of their probabilities from the truth.</summary>
    public double SquaredError { get; private set; }

    /// <summary>Adds an image.</summary>
    /// <exception cref="ArgumentException">It does not fit the classes, or has a missing probability.</exception>
    public void Add(ScoredImage image)
    {
        ReadOnlySpan<float> probabilities = image.Probabilities.Span;
        Check(image.TrueClass, probabilities);
        int predicted = TensorPrimitives.IndexOfMax(probabilities);
        float score = probabilities[predicted];
        float own = probabilities[image.TrueClass];
        double loss = -Math.Log(Math.Max(own, SmallestProbability));
        Ranks[RankOf(image.TrueClass, probabilities)]++;
        SquaredError += TensorPrimitives.SumOfSquares(probabilities) - (2.0 * own) + 1;
        AddToBin(score, predicted == image.TrueClass);
        _groups.Add(GroupOf(image));
        Counts.Add(image.TrueClass, predicted);
        _images.Add(new(image.Path, image.TrueClass, predicted, score, loss));
    }

    /// <summary>The bins, from the least probabilities to the greatest.</summary>
    public CalibrationBin[] Bins() =>
    [
        .. _bins.Select((bin, index) => new CalibrationBin(
            (double)index / _bins.Length,
            (index + 1.0) / _bins.Length,
            bin.Images,
            bin.Confidence / bin.Images,
            (double)bin.Correct / bin.Images)),
    ];

    /// <summary>The images with the greatest losses, the greatest first; of equal losses those of earlier images.</summary>
    public ImageLoss[] TopLosses() =>
    [
        .. _images.OrderByDescending(image => image.Loss).Take(options.TopLosses).Select(
            image => new ImageLoss(image.Path, classes[image.Truth], classes[image.Predicted], image.Score, image.Loss)),
    ];

    private void Check(int trueClass, ReadOnlySpan<float> probabilities)
    {
        if (probabilities.Length != classes.Count || (uint)trueClass >= (uint)classes.Count)
        {
            throw new ArgumentException(
                $"Row {_images.Count} (counted from 0) has {probabilities.Length} probabilities and the true class {trueClass}; "
                + $"there are {classes.Count} classes.");
        }

        // The largest of values with a NaN among them is NaN.
        if (float.IsNaN(TensorPrimitives.Max(probabilities)))
        {
            throw new ArgumentException(
                $"Row {_images.Count} (counted from 0) has a missing probability (NaN); leave out rows of images that could not be used.");
        }
    }

    // Of equal probabilities the first counts as the greatest, as the prediction has it.
    private static int RankOf(int trueClass, ReadOnlySpan<float> probabilities)
    {
        float own = probabilities[trueClass];
        int rank = 0;
        for (int c = 0; c < probabilities.Length; c++)
        {
            if (probabilities[c] > own || (probabilities[c] == own && c < trueClass))
            {
                rank++;
            }
        }

        return rank;
    }

    private void AddToBin(float confidence, bool isCorrect)
    {
        int bin = Math.Clamp((int)Math.Ceiling((double)confidence * _bins.Length) - 1, 0, _bins.Length - 1);
        _bins[bin].Images++;
        _bins[bin].Confidence += confidence;
        _bins[bin].Correct += isCorrect ? 1 : 0;
    }

    private int GroupOf(ScoredImage image)
    {
        if (image.Group is null)
        {
            return _groupCount++;
        }

        ref int number = ref CollectionsMarshal.GetValueRefOrAddDefault(_groupNumbers, image.Group, out bool isKnown);
        if (!isKnown)
        {
            number = _groupCount++;
        }

        return number;
    }
}
