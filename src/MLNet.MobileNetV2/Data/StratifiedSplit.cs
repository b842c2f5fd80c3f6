using System.Runtime.CompilerServices;
using Microsoft.ML;
using TrainTestData = Microsoft.ML.DataOperationsCatalog.TrainTestData;

namespace MLNet.MobileNetV2.Data;

/// <summary>Splits a view so that every class is in both parts in the same proportion.</summary>
/// <remarks>
/// The label is read once, at the split; the parts are views over the rows of the given view, in its order. The view must give the same
/// rows in the same order on every pass. The same data, seed and arguments give the same parts.
/// </remarks>
internal static class StratifiedSplit
{
    // For a context without a seed: that of the command line.
    private const int DefaultSeed = 1;

    /// <summary>
    /// Takes about a fraction of every class for testing: rounded, half up, but at least one row of a class of two or more in each part; a
    /// class of one row stays in training. Without a seed, the context's is taken.
    /// </summary>
    /// <exception cref="ArgumentException">The column or the rows are missing, or no class has two rows.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The fraction is not in (0, 1).</exception>
    public static TrainTestData Split(
        DataOperationsCatalog catalog,
        IDataView data,
        string labelColumnName,
        double testFraction,
        int? seed = null,
        CancellationToken cancellationToken = default)
    {
        if (testFraction is not (> 0 and < 1))
        {
            throw new ArgumentOutOfRangeException(
                nameof(testFraction), testFraction, "The test fraction must be between 0 and 1, both excluded, for example 0.2.");
        }

        IReadOnlyList<long[]> classes = ShuffledClasses(catalog, data, labelColumnName, seed, cancellationToken);
        (List<long> train, List<long> test) = Share(classes, testFraction);
        if (test.Count == 0)
        {
            throw new ArgumentException(
                $"No class has two rows: the column '{labelColumnName}' has {classes.Count} values in {train.Count} rows. Is it the label?",
                nameof(labelColumnName));
        }

        return Parts(data, train, test);
    }

    public static (List<long> Train, List<long> Test) Share(IReadOnlyList<long[]> classes, double testFraction)
    {
        var train = new List<long>();
        var test = new List<long>();
        foreach (long[] rows in classes)
        {
            int share = (int)Math.Round(rows.Length * testFraction, MidpointRounding.AwayFromZero);
            int count = rows.Length == 1 ? 0 : Math.Clamp(share, 1, rows.Length - 1);
            test.AddRange(rows.AsSpan(0, count));
            train.AddRange(rows.AsSpan(count));
        }

        return (train, test);
    }

    /// <summary>Puts the rows of every class in an order drawn from a seed.</summary>
    public static void Shuffle(IReadOnlyList<long[]> classes, int seed)
    {
        var random = new Random(seed);
        foreach (long[] rows in classes)
        {
            random.Shuffle(rows);
        }
    }

    /// <summary>
    /// Makes the folds of a cross-validation: every row is tested in one fold and trained on in the others; a class of one row is trained
    /// on in every fold. The tested rows of a class, and those of all classes, differ by at most one between folds. Without a seed, the
    /// context's is taken.
    /// </summary>
    /// <exception cref="ArgumentException">The column or the rows are missing, or there are fewer rows to test than folds.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There are fewer than two folds.</exception>
    public static IReadOnlyList<TrainTestData> Folds(
        DataOperationsCatalog catalog,
        IDataView data,
        string labelColumnName,
        int numberOfFolds,
        int? seed = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(numberOfFolds, 2);
        IReadOnlyList<long[]> classes = ShuffledClasses(catalog, data, labelColumnName, seed, cancellationToken);
        int tested = classes.Where(rows => rows.Length > 1).Sum(rows => rows.Length);
        if (tested < numberOfFolds)
        {
            throw new ArgumentException(
                $"{numberOfFolds} folds need at least {numberOfFolds} rows in classes of two or more; the data has {tested}.",
                nameof(numberOfFolds));
        }

        return [.. Deal(classes, numberOfFolds).Select(fold => Parts(data, fold.Train, fold.Test))];
    }

    /// <summary>Deals the shuffled rows of classes to the folds of a cross-validation, as <see cref="Folds"/> says.</summary>
    public static IReadOnlyList<(List<long> Train, List<long> Test)> Deal(IReadOnlyList<long[]> classes, int numberOfFolds)
    {
        long[] single = [.. classes.Where(rows => rows.Length == 1).Select(rows => rows[0])];

        // Dealt like cards, class after class, without starting over: so the folds stay equal in size.
        long[] dealt = [.. classes.Where(rows => rows.Length > 1).SelectMany(rows => rows)];
        var folds = new (List<long> Train, List<long> Test)[numberOfFolds];
        for (int fold = 0; fold < numberOfFolds; fold++)
        {
            int current = fold;
            folds[fold] = (
                [.. single, .. dealt.Where((_, card) => card % numberOfFolds != current)],
                [.. dealt.Where((_, card) => card % numberOfFolds == current)]);
        }

        return folds;
    }

    private static IReadOnlyList<long[]> ShuffledClasses(
        DataOperationsCatalog catalog, IDataView data, string labelColumnName, int? seed, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(data);
        ArgumentException.ThrowIfNullOrEmpty(labelColumnName);
        IReadOnlyList<long[]> classes = LabelGroups.Read(data, labelColumnName, cancellationToken);
        Shuffle(classes, seed ?? CatalogEnvironment.SeedOf(catalog) ?? DefaultSeed);
        return classes;
    }

    private static TrainTestData Parts(IDataView data, List<long> train, List<long> test)
    {
        train.Sort();
        test.Sort();

        // Every row is in one of the two.
        long count = train.Count + test.Count;
        return Create(new RowSubsetDataView(data, [.. train], count), new RowSubsetDataView(data, [.. test], count));
    }

    // ML.NET's pair of parts is public, its constructor is not.
    [UnsafeAccessor(UnsafeAccessorKind.Constructor)]
    private static extern TrainTestData Create(IDataView trainSet, IDataView testSet);
}
