namespace MLNet.MobileNetV2;

/// <summary>Two classifiers on the same images: how far they are apart, and whether chance alone explains it. Immutable.</summary>
public sealed class ClassifierComparison
{
    private const double Quantile95 = 1.959963984540054;

    private ClassifierComparison(int images, int both, int firstOnly, int secondOnly)
    {
        Images = images;
        FirstOnly = firstOnly;
        SecondOnly = secondOnly;
        FirstAccuracy = (double)(both + firstOnly) / images;
        SecondAccuracy = (double)(both + secondOnly) / images;
    }

    /// <summary>Number of images.</summary>
    public int Images { get; }

    /// <summary>The first classifier's accuracy.</summary>
    public double FirstAccuracy { get; }

    /// <summary>The second classifier's accuracy.</summary>
    public double SecondAccuracy { get; }

    /// <summary>Images that the first classifier alone names correctly.</summary>
    public int FirstOnly { get; }

    /// <summary>Images that the second classifier alone names correctly.</summary>
    public int SecondOnly { get; }

    /// <summary>The second classifier's accuracy less the first one's.</summary>
    public double Difference => (double)(SecondOnly - FirstOnly) / Images;

    /// <summary>The 95 % interval of <see cref="Difference"/>, for paired shares and many images (Wald).</summary>
    public ConfidenceInterval DifferenceInterval
    {
        get
        {
            double apart = SecondOnly - FirstOnly;
            double error = Quantile95 * Math.Sqrt(FirstOnly + SecondOnly - (apart * apart / Images)) / Images;
            return new(Difference - error, Difference + error);
        }
    }

    /// <summary>
    /// McNemar's exact test: the probability that two classifiers which are equally often right differ by as much or more on as many images
    /// where one alone is right.
    /// </summary>
    public double PValue
    {
        get
        {
            int trials = FirstOnly + SecondOnly;
            int fewer = Math.Min(FirstOnly, SecondOnly);

            // The lower tail of a fair coin, from its logarithms: 2^-trials alone is no number where there are many.
            double term = -trials * Math.Log(2);
            double sum = 0;
            for (int heads = 0; heads <= fewer; heads++)
            {
                sum += Math.Exp(term);
                term += Math.Log((double)(trials - heads) / (heads + 1));
            }

            return Math.Min(1, 2 * sum);
        }
    }

    /// <summary>Compares.</summary>
    /// <param name="images">For each image, whether each of the classifiers names it correctly.</param>
    /// <exception cref="ArgumentException">There is no image.</exception>
    public static ClassifierComparison Create(IEnumerable<(bool First, bool Second)> images)
    {
        ArgumentNullException.ThrowIfNull(images);
        (int count, int both, int firstOnly, int secondOnly) = (0, 0, 0, 0);
        foreach ((bool first, bool second) in images)
        {
            count++;
            both += first && second ? 1 : 0;
            firstOnly += first && !second ? 1 : 0;
            secondOnly += second && !first ? 1 : 0;
        }

        return count > 0
            ? new(count, both, firstOnly, secondOnly)
            : throw new ArgumentException("There is no image to compare on.", nameof(images));
    }
}
