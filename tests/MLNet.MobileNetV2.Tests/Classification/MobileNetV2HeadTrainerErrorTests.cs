using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.MobileNetV2.Tests.Support;

namespace MLNet.MobileNetV2.Tests.Classification;

public sealed class MobileNetV2HeadTrainerErrorTests
{
    private static readonly LabeledFeatures s_data = LabeledFeatures.Random(31, 40, 3, 3);

    private readonly MLContext _mlContext = new(seed: 1);

    [Fact]
    public void Fit_WithoutTheLabelColumn_NamesTheColumnsThereAre()
    {
        IDataView data = HeadData.Text(_mlContext, s_data);

        AssertMessage.Tells(ArgumentError(data).Message, "label column 'Label'", "'Name', 'Features'");
    }

    [Fact]
    public void Fit_WithoutTheFeatureColumn_NamesTheColumnsThereAre()
    {
        IDataView data = HeadData.Keyed(_mlContext, s_data);

        ArgumentException error = ArgumentError(data, new() { FeatureColumnName = "Pixels" });

        AssertMessage.Tells(error.Message, "feature column 'Pixels'", "'Name', 'Features', 'Label'");
    }

    [Fact]
    public void Fit_OnATextLabel_ShowsHowToMakeAKey()
    {
        ArgumentException error = ArgumentError(HeadData.Text(_mlContext, s_data), new() { LabelColumnName = "Name" });

        AssertMessage.Tells(
            error.Message,
            "label column 'Name'",
            "of type String",
            "Key<UInt32>",
            "mlContext.Transforms.Conversion.MapValueToKey(\"Name\")");
    }

    [Fact]
    public void Fit_OnScalarFeatures_SaysWhatWasFound()
    {
        IDataView data = HeadData.Keyed(_mlContext, s_data);
        data = _mlContext.Transforms.Expression("Number", "x : float(len(x))", "Name").Fit(data).Transform(data);

        ArgumentException error = ArgumentError(data, new() { FeatureColumnName = "Number" });

        AssertMessage.Tells(error.Message, "feature column 'Number'", "of type Single", "Vector<Single, 1280>");
    }

    [Fact]
    public void Fit_OnFeaturesOfUnknownSize_SaysWhatWasFound()
    {
        IEnumerable<HeadData.Row> rows = s_data.Rows.Zip(
            s_data.Labels, (row, label) => new HeadData.Row { Name = HeadData.Names[label], Features = row });
        IDataView data = HeadData.Keyed(_mlContext, HeadData.Text(_mlContext, rows, new VectorDataViewType(NumberDataViewType.Single)));

        Assert.StartsWith(
            "The feature column 'Features' is of type Vector<Single>; a vector of Single of known size",
            ArgumentError(data).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Fit_OnDoubleFeatures_SaysWhatWasFound()
    {
        IDataView data = HeadData.Keyed(_mlContext, s_data);
        data = _mlContext.Transforms.Conversion.ConvertType("Features", outputKind: DataKind.Double).Fit(data).Transform(data);

        Assert.StartsWith(
            "The feature column 'Features' is of type Vector<Double, 3>; a vector of Single of known size",
            ArgumentError(data).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Fit_InAPipelineWithATextLabel_ShowsHowToMakeAKey()
    {
        IDataView data = HeadData.Text(_mlContext, s_data);
        var pipeline = _mlContext.Transforms.CopyColumns("Label", "Name").Append(HeadData.Trainer(_mlContext));

        ArgumentException error = Assert.Throws<ArgumentException>(() => pipeline.Fit(data));

        Assert.Contains(
            "is of type String; a key (Key<UInt32>) is needed. Append mlContext.Transforms.Conversion.MapValueToKey(\"Label\")",
            error.Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Fit_InAPipelineWithoutFeatures_NamesTheColumnsThereAre()
    {
        var pipeline = _mlContext.Transforms.Conversion.MapValueToKey("Label", "Name")
            .Append(HeadData.Trainer(_mlContext, new() { FeatureColumnName = "Pixels" }));

        ArgumentException error = Assert.Throws<ArgumentException>(() => pipeline.Fit(HeadData.Text(_mlContext, s_data)));

        AssertMessage.Tells(error.Message, "feature column 'Pixels'", "'Name', 'Features', 'Label'");
    }

    [Fact]
    public void Fit_InAPipelineWithVectorsOfUnknownSize_SaysWhatWasFound()
    {
        IEnumerable<HeadData.Row> rows = s_data.Rows.Select(row => new HeadData.Row { Name = "apple", Features = row });
        IDataView data = HeadData.Text(_mlContext, rows, new VectorDataViewType(NumberDataViewType.Single));
        var pipeline = _mlContext.Transforms.Conversion.MapValueToKey("Label", "Name").Append(HeadData.Trainer(_mlContext));

        ArgumentException error = Assert.Throws<ArgumentException>(() => pipeline.Fit(data));

        Assert.StartsWith(
            "The feature column 'Features' is of type Vector<Single> of unknown size;", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Fit_OnMoreWeightsThanAnArrayHolds_SaysSo()
    {
        var row = new KeyRow { Label = 1, Features = [1, 2, 3] };
        SchemaDefinition definition = SchemaDefinition.Create(typeof(KeyRow));
        definition["Label"].ColumnType = new KeyDataViewType(typeof(uint), int.MaxValue);
        definition["Features"].ColumnType = new VectorDataViewType(NumberDataViewType.Single, 3);

        ArgumentException error = ArgumentError(_mlContext.Data.LoadFromEnumerable([row], definition));

        Assert.StartsWith(
            "The label column 'Label' has 2147483647 classes, which with 3 features makes more weights",
            error.Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Fit_WithoutRows_Says() =>
        Assert.Equal("The training data has no rows.", RowError(HeadData.Keyed(_mlContext, HeadData.Text(_mlContext, []))).Message);

    [Fact]
    public void Fit_WithNoLabelAtAll_SaysHowManyRowsThereWere()
    {
        IDataView text = HeadData.Text(_mlContext, s_data.Rows.Select(row => new HeadData.Row { Name = "unknown", Features = row }));

        AssertMessage.Tells(RowError(HeadData.Keyed(_mlContext, text)).Message, "40 rows", "missing value", "label column 'Label'");
    }

    [Fact]
    public void Fit_WithOneClassOfSeveral_ThrowsNamingTheClass()
    {
        IDataView text = HeadData.Text(_mlContext, s_data.Rows.Select(row => new HeadData.Row { Name = "bread", Features = row }));

        AssertMessage.Tells(
            RowError(HeadData.Keyed(_mlContext, text)).Message, "40 rows", "class 'bread'", "label column 'Label'", "at least two classes");
    }

    [Fact]
    public void Fit_WithAKeyOfOneClass_ThrowsNamingTheClass()
    {
        IDataView text = HeadData.Text(_mlContext, s_data.Rows.Select(row => new HeadData.Row { Name = "bread", Features = row }));

        InvalidOperationException error = RowError(HeadData.KeyedBy(_mlContext, text, ["bread"]).Transform(text));

        Assert.Contains("are of the class 'bread'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Fit_WithOneClassWhoseLabelIsANumber_ThrowsWithTheNumber()
    {
        IDataView text = HeadData.Text(_mlContext, s_data.Rows.Select(row => new HeadData.Row { Name = "-30", Features = row }));
        IDataView numbers = _mlContext.Transforms.Conversion.ConvertType("Number", "Name", DataKind.Int16)
            .Append(_mlContext.Transforms.Conversion.MapValueToKey("Label", "Number"))
            .Fit(text)
            .Transform(text);

        Assert.Contains("are of the class '-30' of the label column", RowError(numbers).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Fit_WithOneClassWithoutAName_ThrowsWithItsNumber()
    {
        SchemaDefinition definition = SchemaDefinition.Create(typeof(KeyRow));
        definition["Label"].ColumnType = new KeyDataViewType(typeof(uint), 5);
        definition["Features"].ColumnType = new VectorDataViewType(NumberDataViewType.Single, 3);
        IDataView data = _mlContext.Data.LoadFromEnumerable(
            s_data.Rows.Select(row => new KeyRow { Label = 3, Features = row }), definition);

        // ML.NET adds 1 to numbers that become keys, and PredictedLabel gives them so.
        Assert.Contains("are of the class '4' of the label column", RowError(data).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Fit_OnNaN_NamesTheRowAndHowToLeaveItOut()
    {
        IDataView data = Damaged(7, 2, float.NaN);

        AssertMessage.Tells(
            RowError(data).Message,
            "Row 7 (counted from 0)",
            "feature column 'Features'",
            "NaN in slot 2",
            "finite numbers",
            "data = mlContext.Data.FilterRowsByMissingValues(data, \"Features\")");
    }

    [Fact]
    public void Fit_OnNaNLeftOutAsTheErrorSays_Works()
    {
        IDataView data = _mlContext.Data.FilterRowsByMissingValues(Damaged(7, 2, float.NaN), "Features");

        Assert.NotNull(HeadData.Trainer(_mlContext).Fit(data));
    }

    [Theory]
    [InlineData(float.PositiveInfinity)]
    [InlineData(float.NegativeInfinity)]
    public void Fit_OnAnInfiniteFeature_NamesTheRow(float value)
    {
        InvalidOperationException error = RowError(Damaged(39, 0, value));

        Assert.StartsWith(
            "Row 39 (counted from 0) of the feature column 'Features' holds an infinite number in slot 0;",
            error.Message,
            StringComparison.Ordinal);
        Assert.Contains("FilterByCustomPredicate", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Fit_WhenCancelledBefore_Throws()
    {
        using var source = new CancellationTokenSource();
        source.Cancel();

        Assert.ThrowsAny<OperationCanceledException>(() =>
            HeadData.Trainer(_mlContext, new() { CancellationToken = source.Token }).Fit(HeadData.Keyed(_mlContext, s_data)));
    }

    [Fact]
    public void Trainer_WithABadOption_ThrowsBeforeAnyFit() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => HeadData.Trainer(_mlContext, new() { L2Regularization = -1 }));

    [Fact]
    public void Trainer_WithNull_Throws()
    {
        MobileNetV2HeadTrainer trainer = HeadData.Trainer(_mlContext);

        Assert.Throws<ArgumentNullException>(() => new MobileNetV2HeadTrainer(null!, new MobileNetV2HeadOptions()));
        Assert.Throws<ArgumentNullException>(() => new MobileNetV2HeadTrainer(_mlContext.MulticlassClassification.Trainers, null!));
        Assert.Throws<ArgumentNullException>(() => trainer.Fit(null!));
        Assert.Throws<ArgumentNullException>(() => trainer.GetOutputSchema(null!));
    }

    private IDataView Damaged(int row, int slot, float value) => HeadData.Keyed(
        _mlContext,
        s_data with
        {
            Rows = [.. s_data.Rows.Select((values, i) => (float[])[.. values.Select((old, j) => i == row && j == slot ? value : old)])],
        });

    private ArgumentException ArgumentError(IDataView data, MobileNetV2HeadOptions? options = null) =>
        Assert.Throws<ArgumentException>(() => HeadData.Trainer(_mlContext, options).Fit(data));

    private InvalidOperationException RowError(IDataView data) =>
        Assert.Throws<InvalidOperationException>(() => HeadData.Trainer(_mlContext).Fit(data));

    private sealed class KeyRow
    {
        public uint Label { get; set; }

        public float[] Features { get; set; } = [];
    }
}
