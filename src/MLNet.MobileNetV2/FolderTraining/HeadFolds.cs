using System.Globalization;
using System.Numerics.Tensors;
using MLNet.MobileNetV2.Classification;
using MLNet.MobileNetV2.Classification.Solver;
using MLNet.MobileNetV2.Data;

namespace MLNet.MobileNetV2.FolderTraining;

/// <summary>Scores each image of a folder by a head that was trained on the images of the other folds.</summary>
internal sealed class HeadFolds
{
    private readonly FeatureRow[] _rows;
    private readonly int[] _labels;
    private readonly int[] _groups;
    private readonly int[] _folds;
    private readonly string[] _classes;
    private readonly int _foldCount;

    /// <summary>Deals the images to folds.</summary>
    /// <param name="rows">The images.</param>
    /// <param name="classes">The class names.</param>
    /// <param name="groups">The group of each image, whose images are in one fold.</param>
    /// <param name="folds">Number of folds.</param>
    /// <param name="seed">Decides which image is in which fold.</param>
    public HeadFolds(FeatureRow[] rows, string[] classes, int[] groups, int folds, int seed)
    {
        _rows = rows;
        _classes = classes;
        _groups = groups;
        _foldCount = folds;
        Dictionary<string, int> indices = ClassNames.Places(classes);
        _labels = Array.ConvertAll(rows, row => indices[row.Label]);
        _folds = GroupedFolds.Deal(_labels, groups, folds, seed);
    }

    /// <summary>Number of images that are tested.</summary>
    public int TestedCount => _folds.Count(fold => fold != GroupedFolds.Never);

    /// <summary>Classes of which no image is tested.</summary>
    public IReadOnlyList<string> UntestedClasses =>
    [
        .. _folds.Index().GroupBy(image => _labels[image.Index])
            .Where(images => images.All(image => image.Item == GroupedFolds.Never))
            .Select(images => _classes[images.Key]),
    ];

    /// <summary>Numbers groups by their names; an image without one is a group of its own.</summary>
    public static int[] Numbers(IReadOnlyList<string?> groups)
    {
        var numbers = new Dictionary<string, int>(StringComparer.Ordinal);
        int next = 0;
        return
        [
            .. groups.Select(group =>
            {
                if (group is null)
                {
                    return next++;
                }

                if (!numbers.TryGetValue(group, out int number))
                {
                    numbers.Add(group, number = next++);
                }

                return number;
            }),
        ];
    }

    /// <summary>The class of each image.</summary>
    public IReadOnlyList<int> Labels => _labels;

    /// <summary>Trains a head for each fold, and scores the images of the fold by it.</summary>
    public ScoredImage[][] Score(MobileNetV2HeadOptions options) =>
        [.. Enumerable.Range(0, _foldCount).Select(fold => Score(fold, Tested(fold), options))];

    /// <summary>The same in the order of the images; null for one that is not tested.</summary>
    public ScoredImage?[] ScoreRows(MobileNetV2HeadOptions options)
    {
        var scored = new ScoredImage?[_rows.Length];
        for (int fold = 0; fold < _foldCount; fold++)
        {
            int[] tested = Tested(fold);
            foreach ((int row, ScoredImage image) in tested.Zip(Score(fold, tested, options)))
            {
                scored[row] = image;
            }
        }

        return scored;
    }

    private int[] Tested(int fold) => [.. Enumerable.Range(0, _rows.Length).Where(row => _folds[row] == fold)];

    private ScoredImage[] Score(int fold, int[] tested, MobileNetV2HeadOptions options)
    {
        if (tested.Length == 0)
        {
            return [];
        }

        var features = new FeatureBlocks(_rows[0].Features.Length);
        int[] others = [.. Enumerable.Range(0, _rows.Length).Where(row => _folds[row] != fold)];
        foreach (int row in others)
        {
            _rows[row].Features.CopyTo(features.AddRow());
        }

        SoftmaxWeights head = HeadSolver.Solve(
            features, Array.ConvertAll(others, row => _labels[row]), weights: null, _classes.Length, options).Model;
        return Array.ConvertAll(tested, row => new ScoredImage(_labels[row], Probabilities(head, _rows[row].Features))
        {
            Path = _rows[row].ImagePath,
            Group = _groups[row].ToString(CultureInfo.InvariantCulture),
        });
    }

    private static float[] Probabilities(SoftmaxWeights head, float[] features)
    {
        float[] scores = head.Logits(features);
        TensorPrimitives.SoftMax(scores, scores);
        return scores;
    }
}
