using System.Numerics.Tensors;
using MLNet.MobileNetV2.Evaluation;

namespace MLNet.MobileNetV2;

/// <summary>How well predicted probabilities agree with the true classes. Immutable and thread-safe.</summary>
/// <remarks>
/// Averages over the classes leave out those that occur neither as truth nor as prediction, as scikit-learn's do. Intervals are of 95 %,
/// by drawing the images (or the groups of <see cref="ScoredImage.Group"/>) anew (bootstrap).
/// </remarks>
public sealed class ClassificationReport
{
    private readonly IReadOnlyList<JudgedImage> _images;
    private readonly int[] _places;
    private readonly int[] _ranks;
    private readonly ReportIntervals _intervals;
    private readonly Lazy<IReadOnlyList<IReadOnlyList<int>>> _confusion;

    private ClassificationReport(int[] order, IReadOnlyList<string> classes, ReportBuilder builder, ClassificationReportOptions options)
    {
        _images = builder.Images;
        _places = Inverse(order);
        _ranks = builder.Ranks;
        _confusion = new(CountConfusion);
        Classes = [.. order.Select(index => classes[index])];
        PerClass = [.. order.Select(index => builder.Counts.Of(index, classes[index]))];
        LogLoss = _images.Sum(image => image.Loss) / Images;
        Brier = builder.SquaredError / Images;
        CalibrationBins = builder.Bins();
        TopLosses = builder.TopLosses();
        Coverage = CoverageCurve.Of(_images);
        _intervals = Bootstrap.Run(_images, builder.Groups, classes.Count, options);
    }

    /// <summary>The class names, in ordinal order.</summary>
    public IReadOnlyList<string> Classes { get; }

    /// <summary>Number of images by true class (rows) and predicted class (columns), both in the order of <see cref="Classes"/>.</summary>
    public IReadOnlyList<IReadOnlyList<int>> Confusion => _confusion.Value;

    /// <summary>Number of images.</summary>
    public int Images => _images.Count;

    /// <summary>Fraction of images whose most probable class is the true one (top-1, micro-averaged).</summary>
    public double Accuracy => TopK(1);

    /// <summary>The interval of <see cref="Accuracy"/>.</summary>
    public ConfidenceInterval AccuracyInterval => _intervals.Accuracy;

    /// <summary>Each class, in the order of <see cref="Classes"/>.</summary>
    public IReadOnlyList<ImageClassMeasures> PerClass { get; }

    /// <summary>Mean precision of the classes.</summary>
    public double MacroPrecision => Macro(one => one.Precision);

    /// <summary>Mean recall of the classes.</summary>
    public double MacroRecall => Macro(one => one.Recall);

    /// <summary>Mean over the classes of F1 = 2 TP / (2 TP + FP + FN).</summary>
    public double MacroF1 => Macro(one => one.F1);

    /// <summary>The interval of <see cref="MacroF1"/>.</summary>
    public ConfidenceInterval MacroF1Interval => _intervals.MacroF1;

    /// <summary>Mean precision of the classes, each weighted by its images.</summary>
    public double WeightedPrecision => Weighted(one => one.Precision);

    /// <summary>Mean recall of the classes, each weighted by its images: the accuracy.</summary>
    public double WeightedRecall => Weighted(one => one.Recall);

    /// <summary>Mean F1 of the classes, each weighted by its images.</summary>
    public double WeightedF1 => Weighted(one => one.F1);

    /// <summary>Mean of -ln(probability of the true class).</summary>
    public double LogLoss { get; }

    /// <summary>The interval of <see cref="LogLoss"/>.</summary>
    public ConfidenceInterval LogLossInterval => _intervals.LogLoss;

    /// <summary>
    /// Brier score: mean over the images of the sum over the classes of (probability - truth)², from 0 to 2 (Brier 1950).
    /// </summary>
    public double Brier { get; }

    /// <summary>
    /// Expected calibration error: mean over the images of the distance between confidence and accuracy of their bin, from 0 to 1 (arXiv
    /// 1706.04599).
    /// </summary>
    public double ExpectedCalibrationError =>
        CalibrationBins.Where(bin => bin.Images > 0).Sum(bin => bin.Images * Math.Abs(bin.Accuracy - bin.Confidence)) / Images;

    /// <summary>The images by their greatest probability, in bins of equal width.</summary>
    public IReadOnlyList<CalibrationBin> CalibrationBins { get; }

    /// <summary>The images with the greatest losses, the greatest first.</summary>
    public IReadOnlyList<ImageLoss> TopLosses { get; }

    /// <summary>How many errors remain where images of small probability are refused, from the most refused to none.</summary>
    public IReadOnlyList<CoveragePoint> Coverage { get; }

    /// <summary>Each image, in the order in which they came, its classes by their places in <see cref="Classes"/>.</summary>
    internal IEnumerable<JudgedImage> PerImage =>
        _images.Select(image => image with { Truth = _places[image.Truth], Predicted = _places[image.Predicted] });

    /// <summary>Fraction of images whose true class is one of the most probable ones.</summary>
    /// <param name="k">How many of them, at least 1.</param>
    public double TopK(int k)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(k, 1);
        return TensorPrimitives.Sum<int>(_ranks.AsSpan(0, Math.Min(k, _ranks.Length))) / (double)Images;
    }

    /// <summary>The pairs of classes that are taken for each other most often, the most frequent first, then in ordinal order.</summary>
    /// <param name="most">Most pairs, at least 0.</param>
    public IReadOnlyList<ConfusedClasses> MostConfused(int most = 10)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(most);
        return
        [
            .. _images.Where(image => !image.IsRight)
                .CountBy(image => (Truth: _places[image.Truth], Predicted: _places[image.Predicted]))
                .OrderByDescending(pair => pair.Value).ThenBy(pair => pair.Key)
                .Take(most)
                .Select(pair => new ConfusedClasses(Classes[pair.Key.Truth], Classes[pair.Key.Predicted], pair.Value)),
        ];
    }

    /// <summary>Compares predictions with the truth.</summary>
    /// <param name="classes">The class names in the order of the probabilities, as <c>ClassNames.Of</c> gives them.</param>
    /// <param name="images">The images.</param>
    /// <param name="options">Intervals, bins, losses; null for the defaults.</param>
    /// <exception cref="ArgumentException">
    /// There is no image, or one does not fit the classes or has a missing probability (NaN, as a bad image may give); or an option is not
    /// allowed.
    /// </exception>
    public static ClassificationReport Create(
        IReadOnlyList<string> classes, IEnumerable<ScoredImage> images, ClassificationReportOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(classes);
        ArgumentNullException.ThrowIfNull(images);
        options ??= new();
        options.Validate();
        var builder = new ReportBuilder(classes, options);
        foreach (ScoredImage image in images)
        {
            builder.Add(image);
        }

        if (builder.Images.Count == 0)
        {
            throw new ArgumentException("There is no image to report on.", nameof(images));
        }

        int[] order = [.. Enumerable.Range(0, classes.Count).OrderBy(index => classes[index], StringComparer.Ordinal)];
        return new(order, classes, builder, options);
    }

    private int[][] CountConfusion()
    {
        int[][] confusion = [.. Classes.Select(_ => new int[Classes.Count])];
        foreach (JudgedImage image in _images)
        {
            confusion[_places[image.Truth]][_places[image.Predicted]]++;
        }

        return confusion;
    }

    private static int[] Inverse(int[] order)
    {
        int[] places = new int[order.Length];
        for (int place = 0; place < order.Length; place++)
        {
            places[order[place]] = place;
        }

        return places;
    }

    private double Macro(Func<ImageClassMeasures, double> measure) => PerClass.Where(one => one.Occurs).Average(measure);

    private double Weighted(Func<ImageClassMeasures, double> measure) =>
        PerClass.Where(one => one.Images > 0).Sum(one => one.Images * measure(one)) / Images;
}
