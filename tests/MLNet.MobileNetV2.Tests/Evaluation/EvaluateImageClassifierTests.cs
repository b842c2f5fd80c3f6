using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.MobileNetV2.Tests.Evaluation;

/// <summary>Rows that a model scored, measured beside ML.NET's own figures.</summary>
public sealed class EvaluateImageClassifierTests
{
    private static readonly string[] s_classes = ["daisy", "rose", "tulip"];

    private readonly MLContext _mlContext = new(seed: 1);

    public static TheoryData<ImageClassifierEvaluationOptions, string> Impossible() => new()
    {
        { new() { LabelColumnName = "" }, "LabelColumnName" },
        { new() { ScoreColumnName = " " }, "ScoreColumnName" },
        { new() { ImagePathColumnName = "" }, "ImagePathColumnName" },
        { new() { GroupColumnName = "" }, "GroupColumnName" },
        { new() { Report = new() { Resamples = -1 } }, "Resamples" },
    };

    [Fact]
    public void Evaluate_OfKeysAndOfTexts_GivesMLNetsFigures()
    {
        IDataView scored = Scored(out IDataView texts);
        MulticlassClassificationMetrics expected = _mlContext.MulticlassClassification.Evaluate(scored, topKPredictionCount: 2);

        foreach (IDataView data in (IDataView[])[scored, texts])
        {
            ClassificationReport report = _mlContext.MulticlassClassification.EvaluateImageClassifier(data);

            Assert.Equal(expected.MicroAccuracy, report.Accuracy, 9);
            Assert.Equal(expected.MacroAccuracy, report.MacroRecall, 9);
            Assert.Equal(expected.LogLoss, report.LogLoss, 6);
            Assert.Equal(expected.TopKAccuracy, report.TopK(2), 9);
            Assert.Equal(expected.ConfusionMatrix.PerClassPrecision, report.PerClass.Select(one => one.Precision));
            Assert.Equal(expected.ConfusionMatrix.PerClassRecall, report.PerClass.Select(one => one.Recall));
            Assert.Equal(s_classes, report.Classes);
            Assert.All(report.TopLosses, image => Assert.StartsWith("photo ", image.Path, StringComparison.Ordinal));
        }
    }

    [Fact]
    public void Evaluate_WithAGroupColumn_DrawsGroupsTogether()
    {
        IDataView scored = Scored(out _);

        ClassificationReport single = _mlContext.MulticlassClassification.EvaluateImageClassifier(scored);
        ClassificationReport grouped = _mlContext.MulticlassClassification.EvaluateImageClassifier(
            scored, new ImageClassifierEvaluationOptions { GroupColumnName = "Burst" });

        Assert.Equal(single.Accuracy, grouped.Accuracy);
        Assert.NotEqual(single.AccuracyInterval, grouped.AccuracyInterval);
    }

    [Fact]
    public void Evaluate_OfALabelThatIsNoClass_NamesItAndTheClasses()
    {
        IDataView strange = _mlContext.Data.LoadFromEnumerable([new TextRow { Label = "thistle" }]);
        IDataView none = _mlContext.Data.LoadFromEnumerable([new TextRow { Label = "" }]);
        ITransformer scores = Head(Rows());

        Assert.Contains(
            "has the label 'thistle'; the classes of the scores are: 'daisy', 'rose', 'tulip'",
            Message(scores.Transform(strange)),
            StringComparison.Ordinal);
        Assert.Contains("a row without a label", Message(scores.Transform(none)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("gone", "Score", "The label column 'gone' is missing")]
    [InlineData("Label", "gone", "The score column 'gone' is missing")]
    [InlineData("Features", "Score", "text or a key (Key<UInt32>) is needed")]
    [InlineData("Label", "ImagePath", "the scores of a multiclass classifier")]
    public void Evaluate_OfOtherColumns_SaysWhatIsNeeded(string label, string score, string message)
    {
        IDataView scored = Scored(out _);

        Assert.Contains(
            message,
            Assert.Throws<ArgumentException>(
                () => _mlContext.MulticlassClassification.EvaluateImageClassifier(scored, label, score)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Evaluate_OfAGroupColumnThatIsNoText_SaysSo()
    {
        var options = new ImageClassifierEvaluationOptions { GroupColumnName = "Features" };

        Assert.Contains(
            "text is needed",
            Assert.Throws<ArgumentException>(
                () => _mlContext.MulticlassClassification.EvaluateImageClassifier(Scored(out _), options)).Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Impossible))]
    public void Evaluate_WithAnImpossibleOption_NamesIt(ImageClassifierEvaluationOptions options, string message) => Assert.Contains(
        message,
        Assert.ThrowsAny<ArgumentException>(
            () => _mlContext.MulticlassClassification.EvaluateImageClassifier(Scored(out _), options)).Message,
        StringComparison.Ordinal);

    private string Message(IDataView data) =>
        Assert.Throws<ArgumentException>(() => _mlContext.MulticlassClassification.EvaluateImageClassifier(data)).Message;

    /// <summary>The rows as a head scores them, with a key as label, and with the text that it was.</summary>
    private IDataView Scored(out IDataView texts)
    {
        IDataView rows = Rows();
        texts = Head(rows).Transform(rows);
        ITransformer keys = _mlContext.Transforms.Conversion.MapValueToKey("Label", keyData: Classes()).Fit(rows);
        return Head(rows).Transform(keys.Transform(rows));
    }

    private IDataView Rows()
    {
        var random = new Random(5);
        return _mlContext.Data.LoadFromEnumerable(Enumerable.Range(0, 60).Select(i => new TextRow
        {
            Label = s_classes[i % 3],
            ImagePath = $"photo {i}",
            Burst = $"burst {i / 10}",
            Features = [(i % 3) + (3 * random.NextSingle()), (3 * random.NextSingle()) - (i % 3), random.NextSingle()],
        }).ToArray());
    }

    private IDataView Classes() => _mlContext.Data.LoadFromEnumerable(s_classes.Select(name => new ClassRow { Name = name }));

    private ITransformer Head(IDataView rows)
    {
        IDataView keyed = _mlContext.Transforms.Conversion.MapValueToKey("Key", "Label", keyData: Classes()).Fit(rows).Transform(rows);
        return _mlContext.MulticlassClassification.Trainers.MobileNetV2Head("Key", l2Regularization: 5).Fit(keyed);
    }

    private sealed class TextRow
    {
        public string Label { get; set; } = string.Empty;

        public string ImagePath { get; set; } = string.Empty;

        public string Burst { get; set; } = string.Empty;

        [VectorType(3)]
        public float[] Features { get; set; } = [0, 0, 0];
    }

    private sealed class ClassRow
    {
        public string Name { get; set; } = string.Empty;
    }
}
