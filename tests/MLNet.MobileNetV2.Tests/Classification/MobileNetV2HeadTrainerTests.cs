using System.Collections.Immutable;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Trainers;
using MLNet.MobileNetV2.Tests.Classification.Solver;
using MLNet.MobileNetV2.Tests.Support;

namespace MLNet.MobileNetV2.Tests.Classification;

public sealed class MobileNetV2HeadTrainerTests
{
    private static readonly LabeledFeatures s_data = LabeledFeatures.Random(21, 300, 12, 5, 1.5);

    private readonly MLContext _mlContext = new(seed: 1);

    [Fact]
    public void Transform_AddsTheColumnsOfEveryMulticlassTrainer()
    {
        IDataView data = HeadData.Keyed(_mlContext, s_data);

        DataViewSchema ours = HeadData.Trainer(_mlContext).Fit(data).Transform(data).Schema;
        DataViewSchema stock = Stock(1).Fit(data).Transform(data).Schema;

        Assert.Equal(stock.Select(Describe), ours.Select(Describe));
    }

    [Fact]
    public void Transform_NamesTheSlotsOfTheScoreAfterTheClasses()
    {
        IDataView data = HeadData.Keyed(_mlContext, s_data);
        VBuffer<ReadOnlyMemory<char>> slots = default;

        HeadTrainedOn(data).Transform(data).Schema["Score"].GetSlotNames(ref slots);

        Assert.Equal(HeadData.Names, slots.DenseValues().Select(slot => slot.ToString()));
    }

    [Fact]
    public void Transform_GivesProbabilitiesAndTheLikeliestClassByName()
    {
        IDataView data = HeadData.Keyed(_mlContext, s_data);

        IDataView scored = HeadTrainedOn(data).Transform(data);
        IDataView named = _mlContext.Transforms.Conversion.MapKeyToValue("Predicted", "PredictedLabel").Fit(scored).Transform(scored);

        float[][] scores = [.. named.GetColumn<float[]>("Score")];
        Assert.All(scores, row => Assert.Equal(1, row.Sum(), 1e-5f));
        Assert.Equal(scores.Select(row => HeadData.Names[Array.IndexOf(row, row.Max())]), named.GetColumn<string>("Predicted"));
    }

    [Theory]
    [InlineData(0.1f, 0.3)]
    [InlineData(1f, 0.3)]
    [InlineData(1f, 1.5)]
    [InlineData(10f, 0.3)]
    public void Fit_ReachesAnObjectiveAtMostThatOfTheStockTrainer(float l2, double separation)
    {
        LabeledFeatures rows = LabeledFeatures.Random(22, 600, 60, 4, separation);
        IDataView data = HeadData.Keyed(_mlContext, rows);

        double ours = Objective(rows, HeadData.Trainer(_mlContext, new() { L2Regularization = l2 }).Fit(data).Model, l2);
        double stock = Objective(rows, Stock(l2).Fit(data).Model, l2);

        Assert.InRange(ours, stock * 0.9, stock * (1 + 1e-6));
    }

    [Fact]
    public void Fit_InAPipelineFromTextLabels_Evaluates()
    {
        IDataView text = HeadData.Text(_mlContext, s_data);
        var pipeline = _mlContext.Transforms.Conversion.MapValueToKey("Label", "Name").Append(HeadData.Trainer(_mlContext));

        MulticlassClassificationMetrics metrics = _mlContext.MulticlassClassification.Evaluate(pipeline.Fit(text).Transform(text));

        Assert.InRange(metrics.MicroAccuracy, 0.9, 1);
        Assert.InRange(metrics.LogLoss, 0, 0.4);
    }

    [Fact]
    public void Fit_UnderCrossValidation_GivesAModelForEachFold()
    {
        var results = _mlContext.MulticlassClassification.CrossValidate(
            HeadData.Keyed(_mlContext, s_data), HeadData.Trainer(_mlContext), numberOfFolds: 3);

        Assert.Equal(3, results.Count);
        Assert.All(results, result => Assert.InRange(result.Metrics.MicroAccuracy, 0.8, 1));
    }

    [Fact]
    public void Model_UnderPermutationFeatureImportance_ShowsWhichFeatureMatters()
    {
        LabeledFeatures rows = LabeledFeatures.Random(23, 200, 4, 3);
        rows = rows with { Rows = [.. rows.Rows.Select((row, i) => (float[])[row[0], row[1], rows.Labels[i] * 3, row[3]])] };
        IDataView data = HeadData.Keyed(_mlContext, rows);

        ImmutableArray<MulticlassClassificationMetricsStatistics> importance =
            _mlContext.MulticlassClassification.PermutationFeatureImportance(HeadTrainedOn(data), data);

        double[] changes = [.. importance.Select(metrics => metrics.MicroAccuracy.Mean)];
        Assert.Equal(2, Array.IndexOf(changes, changes.Min()));
    }

    [Fact]
    public void Model_SavedAndLoaded_GivesTheSameScores()
    {
        using var folder = new TempFolder();
        IDataView data = HeadData.Keyed(_mlContext, s_data);
        MulticlassPredictionTransformer<MaximumEntropyModelParameters> model = HeadTrainedOn(data);

        _mlContext.Model.Save(model, data.Schema, folder.File("head.zip"));
        ITransformer loaded = new MLContext().LoadModel(folder.File("head.zip"));

        Assert.Equal(model.Transform(data).GetColumn<float[]>("Score"), loaded.Transform(data).GetColumn<float[]>("Score"));
        Assert.Equal(model.Transform(data).Schema.Select(Describe), loaded.Transform(data).Schema.Select(Describe));
    }

    [Fact]
    public void Model_InAPredictionEngine_Predicts()
    {
        IDataView data = HeadData.Text(_mlContext, s_data);
        var pipeline = _mlContext.Transforms.Conversion.MapValueToKey("Label", "Name")
            .Append(HeadData.Trainer(_mlContext))
            .Append(_mlContext.Transforms.Conversion.MapKeyToValue("PredictedLabel"));
        SchemaDefinition definition = SchemaDefinition.Create(typeof(HeadData.Row));
        definition["Features"].ColumnType = data.Schema["Features"].Type;
        using PredictionEngine<HeadData.Row, Prediction> engine =
            _mlContext.Model.CreatePredictionEngine<HeadData.Row, Prediction>(pipeline.Fit(data), inputSchemaDefinition: definition);

        int right = s_data.Rows.Where(
            (row, i) => engine.Predict(new HeadData.Row { Features = row }).PredictedLabel == HeadData.Names[s_data.Labels[i]]).Count();

        Assert.InRange(right, 0.9 * s_data.Rows.Length, s_data.Rows.Length);
    }

    [Fact]
    public void Fit_OnFeaturesOfTwoDimensions_TakesThemAsOneVector()
    {
        IEnumerable<HeadData.Row> rows = s_data.Rows.Zip(
            s_data.Labels, (row, label) => new HeadData.Row { Name = HeadData.Names[label], Features = row });
        IDataView data = HeadData.Keyed(
            _mlContext, HeadData.Text(_mlContext, rows, new VectorDataViewType(NumberDataViewType.Single, 1, 12)));

        IDataView scored = HeadTrainedOn(data).Transform(data);

        Assert.Equal(
            HeadTrainedOn(HeadData.Keyed(_mlContext, s_data)).Transform(data).GetColumn<float[]>("Score"),
            scored.GetColumn<float[]>("Score"));
    }

    [Fact]
    public void Fit_WithOtherColumnNames_UsesThem()
    {
        IDataView data = HeadData.Keyed(_mlContext, s_data);
        data = _mlContext.Transforms.CopyColumns("Class", "Label").Append(_mlContext.Transforms.CopyColumns("Values", "Features"))
            .Append(_mlContext.Transforms.DropColumns("Label", "Features")).Fit(data).Transform(data);

        var model = HeadData.Trainer(_mlContext, new() { LabelColumnName = "Class", FeatureColumnName = "Values" }).Fit(data);

        Assert.Equal("Values", model.FeatureColumnName);
        Assert.InRange(_mlContext.MulticlassClassification.Evaluate(model.Transform(data), "Class").MicroAccuracy, 0.9, 1);
    }

    [Fact]
    public void Fit_OnKeysWithoutNames_Works()
    {
        var rows = s_data.Labels.Zip(s_data.Rows, (label, row) => new KeyRow { Label = (uint)label, Features = row });
        SchemaDefinition definition = SchemaDefinition.Create(typeof(KeyRow));
        definition["Features"].ColumnType = new VectorDataViewType(NumberDataViewType.Single, 12);
        definition["Label"].ColumnType = new KeyDataViewType(typeof(uint), 5);
        IDataView data = _mlContext.Data.LoadFromEnumerable(rows, definition);

        IDataView scored = HeadTrainedOn(data).Transform(data);

        Assert.Equal(new KeyDataViewType(typeof(uint), 5), scored.Schema["PredictedLabel"].Type);
        Assert.InRange(_mlContext.MulticlassClassification.Evaluate(scored).MicroAccuracy, 0.9, 1);
    }

    [Fact]
    public void Fit_OnRowsWithoutALabel_SkipsThemAndSaysSo()
    {
        var log = new List<string>();
        _mlContext.Log += (_, message) => log.Add($"{message.Kind}: {message.Message}");
        IDataView all = HeadData.Text(_mlContext, s_data);
        IDataView unnamed = HeadData.Text(
            _mlContext,
            s_data.Rows.Select(
                (row, i) => new HeadData.Row { Name = i < 20 ? "unknown" : HeadData.Names[s_data.Labels[i]], Features = row }));
        LabeledFeatures rest = s_data with { Rows = s_data.Rows[20..], Labels = s_data.Labels[20..] };

        IDataView scored = HeadTrainedOn(HeadData.Keyed(_mlContext, unnamed)).Transform(all);

        Assert.Equal(
            HeadTrainedOn(HeadData.Keyed(_mlContext, rest)).Transform(all).GetColumn<float[]>("Score"), scored.GetColumn<float[]>("Score"));
        Assert.Contains(
            log,
            message => message.StartsWith("Warning", StringComparison.Ordinal) && message.Contains(
                "Skipped 20 rows without a label.", StringComparison.Ordinal));
    }

    [Fact]
    public void Fit_WithAClassWithoutRows_KeepsItsSlotAndNeverPredictsIt()
    {
        IDataView data = HeadData.Keyed(_mlContext, LabeledFeatures.Random(24, 100, 6, 3));

        IDataView scored = HeadTrainedOn(data).Transform(data);

        Assert.All(scored.GetColumn<float[]>("Score"), scores => Assert.True(scores.Length == 5 && scores[3] < 1e-8 && scores[4] < 1e-8));
        Assert.All(scored.GetColumn<uint>("PredictedLabel"), key => Assert.InRange(key, 1u, 3u));
    }

    [Fact]
    public void Fit_WhenStoppedByMaximumIterations_WarnsInTheLog()
    {
        var log = new List<string>();
        _mlContext.Log += (_, message) => log.Add($"{message.Kind}: {message.Message}");

        HeadData.Trainer(_mlContext, new() { MaximumIterations = 1 }).Fit(HeadData.Keyed(_mlContext, s_data));

        Assert.Contains(
            log,
            message => message.StartsWith("Warning", StringComparison.Ordinal) && message.Contains(
                "ended after 1 iterations", StringComparison.Ordinal));
    }

    [Fact]
    public void GetOutputSchema_IsTheStockTrainers()
    {
        SchemaShape input = SchemaShapes.Of(HeadData.Keyed(_mlContext, s_data));

        SchemaShape ours = HeadData.Trainer(_mlContext).GetOutputSchema(input);

        Assert.Equal(["Name", "Features", "Label", "Score", "PredictedLabel"], ours.Select(column => column.Name));
        Assert.Equal(Stock(1).GetOutputSchema(input).Select(Describe), ours.Select(Describe));
    }

    [Fact]
    public void Fit_WithANameOfItsOwn_PredictsByIt()
    {
        IDataView data = HeadData.Keyed(_mlContext, s_data);
        MobileNetV2HeadTrainer trainer = HeadData.Trainer(_mlContext, new() { PredictedLabelColumnName = "Guess" });

        IDataView scored = trainer.Fit(data).Transform(data);

        Assert.Equal(["Features", "Guess", "Label", "Name", "Score"], scored.Schema.Select(column => column.Name).Order());
        Assert.Equal(
            SchemaShapes.Of(scored).Select(Describe).Order(), trainer.GetOutputSchema(SchemaShapes.Of(data)).Select(Describe).Order());
        MulticlassClassificationMetrics metrics = _mlContext.MulticlassClassification.Evaluate(scored, predictedLabelColumnName: "Guess");
        Assert.InRange(metrics.MicroAccuracy, 0.5, 1);
    }

    [Fact]
    public void Info_IsTheStockTrainers() => Assert.Same(Stock(1).Info, HeadData.Trainer(_mlContext).Info);

    private MulticlassPredictionTransformer<MaximumEntropyModelParameters> HeadTrainedOn(IDataView data) =>
        HeadData.Trainer(_mlContext).Fit(data);

    private LbfgsMaximumEntropyMulticlassTrainer Stock(float l2) => _mlContext.MulticlassClassification.Trainers.LbfgsMaximumEntropy(
        new LbfgsMaximumEntropyMulticlassTrainer.Options { L1Regularization = 0, L2Regularization = l2 });

    private static double Objective(LabeledFeatures rows, MaximumEntropyModelParameters model, float l2)
    {
        VBuffer<float>[] weights = [];
        model.GetWeights(ref weights, out int classes);
        double[] biases = [.. model.GetBiases().Select(bias => (double)bias)];
        return NaiveSoftmax.Objective(
            rows.Rows, rows.Labels,
            [
                .. Enumerable.Range(0, classes).Select(c => (double[])[.. weights[c].DenseValues().Select(w => (double)w), biases[c]]),
            ], l2);
    }

    private static string Describe(DataViewSchema.Column column) =>
        $"{column.Name}: {column.Type} "
            + $"[{Joined(column.Annotations.Schema.Select(annotation => $"{annotation.Name}: {annotation.Type}"))}]";

    private static string Describe(SchemaShape.Column column) =>
        $"{column.Name}: {column.Kind} {column.ItemType} {column.IsKey} "
            + $"[{Joined(column.Annotations.Select(annotation => annotation.Name))}]";

    private static string Joined(IEnumerable<string> texts) => string.Join(", ", texts.Order(StringComparer.Ordinal));

    private sealed class Prediction
    {
        public string PredictedLabel { get; set; } = "";
    }

    private sealed class KeyRow
    {
        public uint Label { get; set; }

        public float[] Features { get; set; } = [];
    }
}
