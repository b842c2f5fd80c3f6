using System.Numerics.Tensors;

namespace MLNet.MobileNetV2;

/// <summary>How well predicted probabilities agree with the true classes. Immutable.</summary>
public sealed class ClassificationReport
{
    // Keeps the log-loss finite where a model is certain and wrong, as ML.NET's and scikit-learn's do.
    private const double SmallestProbability = 1e-15;

    private ClassificationReport(IReadOnlyList<string> classes, IReadOnlyList<IReadOnlyList<int>> confusion, int images, double logLoss)
    {
        Classes = classes;
        Confusion = confusion;
        Images = images;
        LogLoss = logLoss;
    }

    /// <summary>The class names, in ordinal order.</summary>
    public IReadOnlyList<string> Classes { get; }

    /// <summary>Number of images by true class (rows) and predicted class (columns), both in the order of <see cref="Classes"/>.</summary>
    public IReadOnlyList<IReadOnlyList<int>> Confusion { get; }

    /// <summary>Number of images.</summary>
    public int Images { get; }

    /// <summary>Mean of -ln(probability of the true class).</summary>
    public double LogLoss { get; }

    /// <summary>Fraction of images whose most probable class is the true one (top-1, micro-averaged).</summary>
    public double Accuracy => Classes.Select((_, index) => Confusion[index][index]).Sum() / (double)Images;

    /// <summary>
    /// Mean over the classes of F1 = 2 TP / (2 TP + FP + FN). Classes that occur neither as truth nor as prediction are left out.
    /// </summary>
    public double MacroF1 => Enumerable.Range(0, Classes.Count).Select(F1).Where(double.IsFinite).Average();

    /// <summary>Compares predictions with the truth.</summary>
    /// <param name="classes">The class names in the order of the probabilities, as <c>ClassNames.Of</c> gives them.</param>
    /// <param name="predictions">For each image the index of its true class and the probability of every class.</param>
    /// <exception cref="ArgumentException">
    /// There is no image, or a row does not fit the classes or has a missing probability (NaN, as a bad image may give).
    /// </exception>
    public static ClassificationReport Create(
        IReadOnlyList<string> classes, IEnumerable<(int TrueClass, ReadOnlyMemory<float> Probabilities)> predictions)
    {
        ArgumentNullException.ThrowIfNull(classes);
        ArgumentNullException.ThrowIfNull(predictions);
        int[] order = [.. Enumerable.Range(0, classes.Count).OrderBy(index => classes[index], StringComparer.Ordinal)];
        int[] rank = new int[order.Length];
        for (int position = 0; position < order.Length; position++)
        {
            rank[order[position]] = position;
        }

        int[][] confusion = [.. order.Select(_ => new int[order.Length])];
        int images = 0;
        double loss = 0;
        foreach ((int trueClass, ReadOnlyMemory<float> memory) in predictions)
        {
            ReadOnlySpan<float> probabilities = memory.Span;
            if (probabilities.Length != order.Length || (uint)trueClass >= (uint)order.Length)
            {
                throw new ArgumentException(
                    $"Row {images} (counted from 0) has {probabilities.Length} probabilities and the true class {trueClass}; "
                    + $"there are {order.Length} classes.",
                    nameof(predictions));
            }

            // The largest of values with a NaN among them is NaN.
            if (float.IsNaN(TensorPrimitives.Max(probabilities)))
            {
                throw new ArgumentException(
                    $"Row {images} (counted from 0) has a missing probability (NaN); leave out rows of images that could not be used.",
                    nameof(predictions));
            }

            confusion[rank[trueClass]][rank[TensorPrimitives.IndexOfMax(probabilities)]]++;
            loss -= Math.Log(Math.Max(probabilities[trueClass], SmallestProbability));
            images++;
        }

        if (images == 0)
        {
            throw new ArgumentException("There is no image to report on.", nameof(predictions));
        }

        return new([.. order.Select(index => classes[index])], confusion, images, loss / images);
    }

    private double F1(int index)
    {
        double truePositives = Confusion[index][index];
        return 2 * truePositives / (Confusion[index].Sum() + Confusion.Sum(row => row[index]));
    }
}
