using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using MLNet.MobileNetV2.Classification.Gaussians;
using MLNet.MobileNetV2.Classification.Unknown;
using MLNet.MobileNetV2.Numerics;
using MLNet.MobileNetV2.Tests.Classification.Gaussians;
using MLNet.MobileNetV2.Tests.Support;

namespace MLNet.MobileNetV2.Tests.Classification.Unknown;

/// <summary>Images of none of the classes are called unknown.</summary>
public sealed class UnknownImageEstimatorTests
{
    private const int FeatureCount = 20;

    private readonly MLContext _mlContext = new(seed: 1);

    private static CancellationToken TestStop => TestContext.Current.CancellationToken;

    [Fact]
    public void Transform_CallsStrangeRowsUnknown_AndKeepsTheShareOfOthers()
    {
        using UnknownImageTransformer transformer = Fit(new() { UnknownLabel = "none of these" });

        Result[] known = Transform(transformer, Rows(600, seed: 2));
        Result[] strange = Transform(transformer, [.. Rows(50, seed: 3).Select(Strange)]);

        Assert.InRange(known.Count(row => row.IsUnknown), 10, 60);
        Assert.All(known, row => Assert.Equal(row.IsUnknown ? "none of these" : "a", row.PredictedLabel));
        Assert.All(strange, row => Assert.Equal((true, "none of these"), (row.IsUnknown, row.PredictedLabel)));
        Assert.All(known.Concat(strange), row => Assert.Equal(row.IsUnknown, row.Strangeness > 0));
    }

    [Fact]
    public void Fit_WithAGreaterShare_CallsFewerUnknown()
    {
        using UnknownImageTransformer some = Fit(new() { KnownShare = 0.7 });
        using UnknownImageTransformer few = Fit(new() { KnownShare = 0.99 });
        Row[] rows = Rows(600, seed: 4);

        Assert.InRange(Transform(some, rows).Count(row => row.IsUnknown), 120, 260);
        Assert.InRange(Transform(few, rows).Count(row => row.IsUnknown), 0, 30);
    }

    [Fact]
    public void Transform_IsTheRuleInItself()
    {
        Row[] rows = Rows(200, seed: 1);
        var learned = LearnedClasses.Of(
            [.. rows.Select(row => row.Features)], [.. rows.Select(row => (int)row.Label)], 3, new ParallelLoop(0, TestStop));
        UnknownRule rule = learned.RuleFor(0.95);
        using UnknownImageTransformer transformer = Fit(new());

        foreach ((Row row, Result result) in rows.Zip(Transform(transformer, rows)))
        {
            Assert.Equal(rule.Strangeness(row.Features), result.Strangeness, 1e-3);
        }
    }

    [Fact]
    public void Transform_AMissingImage_IsMissingAndNotUnknown()
    {
        using UnknownImageTransformer transformer = Fit(new());

        Result result = Transform(transformer, [new() { Features = [.. Enumerable.Repeat(float.NaN, FeatureCount)], Label = 0 }]).Single();

        Assert.Equal((false, float.NaN, "a"), (result.IsUnknown, result.Strangeness, result.PredictedLabel));
    }

    [Fact]
    public void Save_AndLoad_GivesTheSame_AlsoOfALabelWithQuotes()
    {
        using UnknownImageTransformer transformer = Fit(new() { UnknownLabel = "\\ \"none\" \\\"" });
        Row[] rows = [.. Rows(40, seed: 5), .. Rows(20, seed: 6).Select(Strange)];
        using var folder = new TempFolder();
        string path = folder.File("model.zip");
        _mlContext.Model.Save(transformer, Data(rows).Schema, path);

        ITransformer loaded = new MLContext().Model.Load(path, out _);
        using (loaded as IDisposable)
        {
            Result[] expected = Transform(transformer, rows);
            Result[] again = Transform(loaded, rows);
            Assert.Equal(
                expected.Select(row => (row.IsUnknown, row.PredictedLabel)), again.Select(row => (row.IsUnknown, row.PredictedLabel)));
            Assert.Contains(again, row => row.PredictedLabel == "\\ \"none\" \\\"");
            Assert.Equal(transformer.UnknownLabel, SavedUnknown.Find([.. Steps(loaded)])!.Label);
        }
    }

    [Fact]
    public void WriteGraph_GivesTheSameStrangenessInOnnxRuntime()
    {
        using UnknownImageTransformer transformer = Fit(new());
        Row[] rows = Rows(5, seed: 7);
        using var session = new InferenceSession(transformer.WriteGraph());
        var input = new DenseTensor<float>(rows.SelectMany(row => row.Features).ToArray(), [5, FeatureCount]);

        using IDisposableReadOnlyCollection<DisposableNamedOnnxValue> output =
            session.Run([NamedOnnxValue.CreateFromTensor("Features", input)]);

        Assert.Equal(
            Transform(transformer, rows).Select(row => row.Strangeness),
            output.Single().AsEnumerable<float>(),
            (a, b) => Math.Abs(a - b) < 1e-4);
    }

    [Fact]
    public void GetOutputSchema_OfTheEstimator_IsThatOfTheTransformer()
    {
        var estimator = _mlContext.Transforms.LabelUnknownImages();
        IDataView data = Data(Rows(60, seed: 1));
        using UnknownImageTransformer transformer = estimator.Fit(data);

        SchemaShape shape = estimator.GetOutputSchema(SchemaShapes.Of(data));

        DataViewSchema schema = transformer.GetOutputSchema(data.Schema);
        Assert.Equal(transformer.Transform(data).Schema.Select(column => column.Name), schema.Select(column => column.Name));
        foreach (string name in (string[])["IsUnknown", "Strangeness", "PredictedLabel"])
        {
            Assert.Equal(schema[name].Type.RawType, shape.Single(column => column.Name == name).ItemType.RawType);
        }
    }

    [Fact]
    public void Fit_WithOtherColumns_TakesThem()
    {
        IDataView data = _mlContext.Transforms.CopyColumns("Vector", "Features")
            .Append(_mlContext.Transforms.CopyColumns("Class", "Label"))
            .Append(_mlContext.Transforms.CopyColumns("Guess", "PredictedLabel"))
            .Append(_mlContext.Transforms.DropColumns("Features", "Label", "PredictedLabel"))
            .Fit(Data(Rows(60, seed: 1))).Transform(Data([.. Rows(60, seed: 1), Strange(Rows(1, seed: 2)[0])]));
        using UnknownImageTransformer transformer = _mlContext.Transforms.LabelUnknownImages(new()
        {
            FeatureColumnName = "Vector",
            LabelColumnName = "Class",
            PredictedLabelColumnName = "Guess",
        }).Fit(data);

        Assert.Contains("unknown", transformer.Transform(data).GetColumn<string>("Guess"));
    }

    [Fact]
    public void Fit_WithTooFewRows_SaysHowManyAreNeeded()
    {
        InvalidOperationException error = Assert.Throws<InvalidOperationException>(
            () => _mlContext.Transforms.LabelUnknownImages().Fit(Data(Rows(12, seed: 1))));

        Assert.Equal(
            "Unknown images can be told apart only where at least 20 images, and two of a class, can be held out in turn; there are 12.",
            error.Message);
    }

    [Fact]
    public void Fit_WithAKeyAsPrediction_SaysThatTextIsNeeded()
    {
        ArgumentException error = Assert.Throws<ArgumentException>(() => _mlContext.Transforms
            .LabelUnknownImages(new() { PredictedLabelColumnName = "Label" }).Fit(Data(Rows(60, seed: 1))));

        Assert.Equal(
            "The predicted label column 'Label' is of type Key<UInt32, 0-2>; text is needed: append MapKeyToValue before.", error.Message);
    }

    [Theory]
    [InlineData("", 0.95, "UnknownLabel is \"\"; a name is needed.")]
    [InlineData("a\nb", 0.95, "UnknownLabel is a\nb; it must be a name without control characters.")]
    [InlineData("x", 0.0, "KnownShare is 0; it must be a number between 0 and 1.")]
    [InlineData("x", 1.0, "KnownShare is 1; it must be a number between 0 and 1.")]
    [InlineData("x", double.NaN, "KnownShare is NaN; it must be a number between 0 and 1.")]
    public void Options_ThatAreNotAllowed_AreNamed(string label, double share, string expected) => Assert.StartsWith(
        expected,
        Assert.ThrowsAny<ArgumentException>(
            () => _mlContext.Transforms.LabelUnknownImages(new() { UnknownLabel = label, KnownShare = share })).Message,
        StringComparison.Ordinal);

    [Fact]
    public void Fit_WithACancelledToken_Stops() => Assert.ThrowsAny<OperationCanceledException>(() => _mlContext.Transforms
        .LabelUnknownImages(new() { CancellationToken = new(canceled: true) }).Fit(Data(Rows(60, seed: 1))));

    private static IEnumerable<ITransformer> Steps(ITransformer model) =>
        model is IEnumerable<ITransformer> chain ? chain.SelectMany(Steps) : [model];

    private static Row Strange(Row row) => new() { Features = [.. row.Features.Select(value => value + 30)], Label = row.Label };

    private static Row[] Rows(int count, int seed)
    {
        (float[][] rows, int[] labels) = GaussianRows.Of(count, 3, FeatureCount, seed);
        return [.. rows.Zip(labels, (features, label) => new Row { Features = features, Label = (uint)label })];
    }

    private UnknownImageTransformer Fit(UnknownImageOptions options) =>
        _mlContext.Transforms.LabelUnknownImages(options).Fit(Data(Rows(200, seed: 1)));

    private IDataView Data(Row[] rows) => _mlContext.Data.LoadFromEnumerable(rows);

    private Result[] Transform(ITransformer transformer, Row[] rows) =>
        [.. _mlContext.Data.CreateEnumerable<Result>(transformer.Transform(Data(rows)), reuseRowObject: false)];

    private sealed class Row
    {
        [VectorType(FeatureCount)]
        public float[] Features { get; set; } = [];

        [KeyType(3)]
        public uint Label { get; set; }

        public string PredictedLabel { get; set; } = "a";
    }

    private sealed class Result
    {
        public float Strangeness { get; set; }

        public bool IsUnknown { get; set; }

        public string PredictedLabel { get; set; } = string.Empty;
    }
}
