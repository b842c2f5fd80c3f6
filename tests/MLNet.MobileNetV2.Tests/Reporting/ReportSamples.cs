using System.Text.RegularExpressions;
using MLNet.MobileNetV2.Tests.Support;

namespace MLNet.MobileNetV2.Tests.Reporting;

/// <summary>Reports of made-up scores, with photos of the sample set.</summary>
internal static class ReportSamples
{
    /// <summary>A classifier that takes one image of each class but the first for the next class.</summary>
    public static ClassificationReport Evaluation(
        IReadOnlyList<string> classes, int perClass = 3, Func<int, int, string?>? path = null, Func<int, int, int>? predicted = null)
    {
        IReadOnlyList<string> photos = Repository.SampleFiles(perClass);
        predicted ??= (truth, index) => index == 0 && truth > 0 ? (truth + 1) % classes.Count : truth;
        return ClassificationReport.Create(
            classes,
            from truth in Enumerable.Range(0, classes.Count)
            from index in Enumerable.Range(0, perClass)
            select new ScoredImage(truth, Scores(classes.Count, predicted(truth, index), 0.6f + (0.1f * (index % 4))))
            {
                Path = path is null ? photos[((truth * perClass) + index) % photos.Count] : path(truth, index),
            },
            new() { Resamples = 50 });
    }

    /// <summary>A training of four epochs.</summary>
    public static IReadOnlyList<FineTuneProgress> Epochs() =>
    [
        new() { Epochs = 4, Steps = 9, Validation = new(2.1, 0.2) },
        .. Enumerable.Range(1, 4).Select(epoch => new FineTuneProgress
        {
            Epoch = epoch,
            Epochs = 4,
            Step = 9,
            Steps = 9,
            Loss = 2.0 / epoch,
            Accuracy = 1 - (0.5 / epoch),
            LearningRate = 1e-4 * (5 - epoch),
            Validation = new(2.2 / epoch, 0.9 - (0.5 / epoch)),
        }),
    ];

    /// <summary>A check that found one of everything.</summary>
    public static ImageDatasetCheck Check(IReadOnlyList<string> photos) => new()
    {
        Images = 40,
        Classes = [new("animal", 20), new("food", 20)],
        Unreadable = [new("set/food/empty.jpg", "the file is empty.")],
        WronglyNamed = [new("set/food/a.jpg", "PNG")],
        ExactDuplicates = [[photos[0], photos[1], photos[2]]],
        NearDuplicates =
        [
            new(photos[0], photos[3], DuplicateKind.Mirrored, 0.99), new(photos[1], photos[2], DuplicateKind.Cropped, 0.98),
        ],
        ConflictingLabels = [new(photos[2], photos[3], DuplicateKind.Exact, 1)],
        Leakage = [new(photos[3], photos[4], DuplicateKind.Copy, 0.97)],
        LikelyWrong = [new(photos[4], "animal", "food", 0.87f)],
        Outliers = [new(photos[5], 0.61)],
        Tiny = [photos[0]],
        Blurred = [photos[1]],
        Blank = [photos[2]],
        UnusualShapes = [photos[3]],
    };

    /// <summary>A report with every section.</summary>
    public static ImageClassifierReport Full(MobileNetV2Predictor? predictor = null)
    {
        string[] classes = ["animal", "building", "clothing", "face", "food", "vehicle"];
        return new()
        {
            Title = "Emoji & <more>",
            Evaluation = Evaluation(classes, perClass: 4),
            Folds = [Evaluation(classes), Evaluation(classes, perClass: 2)],
            Check = Check(Repository.SampleFiles(1)),
            Epochs = Epochs(),
            Facts = [new("Weights", "imagenet"), new("Seed", "1")],
            SkippedImages = [new("set/face/cut.jpg", "the image is truncated.")],
            Predictor = predictor,
        };
    }

    /// <summary>What a report writes.</summary>
    public static string Html(this ImageClassifierReport report)
    {
        using var folder = new TempFolder();
        report.Save(folder.File("report.html"), TestContext.Current.CancellationToken);
        Assert.Equal(["report.html"], folder.Names());
        return File.ReadAllText(folder.File("report.html"));
    }

    /// <summary>The page without its style, script and data.</summary>
    public static string Markup(this ImageClassifierReport report) =>
        Regex.Replace(report.Html(), "<(style|script).*?</\\1>", string.Empty, RegexOptions.Singleline);

    private static float[] Scores(int count, int best, float score)
    {
        float[] scores = new float[count];
        Array.Fill(scores, (1 - score) / Math.Max(1, count - 1));
        scores[best] = count == 1 ? 1 : score;
        return scores;
    }
}
