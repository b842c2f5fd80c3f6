using FsCheck.Xunit;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.MobileNetV2.Data;
using MLNet.MobileNetV2.Tests.FeatureCache;
using MLNet.MobileNetV2.Tests.Parquet;
using MLNet.MobileNetV2.Tests.Support;

namespace MLNet.MobileNetV2.Tests.Featurization.Columns;

/// <summary>Whatever the columns of the data, and whichever of them the features replace, every column keeps its own values.</summary>
public sealed class FeaturesColumnPlaceTests(AnyRows rows) : IClassFixture<AnyRows>
{
    private readonly MLContext _mlContext = new(seed: 1);

    private MobileNetV2FeaturizerOptions Options => new() { Weights = WeightsSource.From(rows.Weights), ThreadCount = 2 };

    [Property(Arbitrary = [typeof(AnyColumns)], MaxTest = 60)]
    public void Rows_OfAnyColumns_AreThoseOfAStockCopy(AnyColumns columns)
    {
        IDataView data = Data(columns);
        IReadOnlyList<ColumnContent> expected = Expected(columns, data);
        ITransformer model = columns.Pipeline(_mlContext, Options).Fit(data);
        using (model as IDisposable)
        {
            IDataView bulk = model.Transform(data);

            ColumnContent.AssertEqual(expected, ColumnContent.Read(bulk), "bulk rows");
            ColumnContent.AssertEqual(expected, ColumnContent.ReadApart(bulk), "bulk columns");
            long[] some = [1, 2, 5];
            ColumnContent.AssertEqual(
                ColumnContent.Rows(expected, some), ColumnContent.Read(new RowSubsetDataView(bulk, some)), "rows of a subset");
            ColumnContent.AssertEqual(
                ColumnContent.Rows(expected, some),
                ColumnContent.Read(model.Transform(new RowSubsetDataView(data, some))),
                "a subset's rows");
            AssertSingleRows(expected, data, model, "single rows");
        }
    }

    [Property(Arbitrary = [typeof(AnyColumns)], MaxTest = 30)]
    public void Rows_OfAnyColumns_SavedAndLoaded_AreThoseOfAStockCopy(AnyColumns columns)
    {
        IDataView data = Data(columns);
        IReadOnlyList<ColumnContent> expected = Expected(columns, data);
        ITransformer model = columns.Pipeline(_mlContext, Options).Fit(data);
        using var file = new MemoryStream();
        using (model as IDisposable)
        {
            _mlContext.Model.Save(model, null, file);
        }

        ITransformer loaded = new MLContext().LoadModel(file);
        using (loaded as IDisposable)
        {
            AssertEqualVisible(expected, ColumnContent.Read(loaded.Transform(data)), "bulk rows of a loaded model");
            AssertSingleRows(expected, data, loaded, "single rows of a loaded model");
        }
    }

    [Property(Arbitrary = [typeof(AnyColumns)], MaxTest = 30)]
    public void Rows_OfAnyColumns_ThroughTheCaches_AreThoseOfAStockCopy(AnyColumns columns)
    {
        IDataView data = Data(columns);
        IReadOnlyList<ColumnContent> expected = Expected(columns, data);
        bool isCached = columns.Input is nameof(AnyRow.Path) or nameof(AnyRow.Encoded);
        ITransformer model = columns.Pipeline(_mlContext, Options.With(its => its.Cache, isCached ? new MemoryCache() : null)).Fit(data);
        using (model as IDisposable)
        {
            IDataView bulk = model.Transform(data);

            ColumnContent.AssertEqual(expected, ColumnContent.Read(bulk), "rows into the cache");
            ColumnContent.AssertEqual(expected, ColumnContent.Read(bulk), "rows from the cache");

            // ML.NET's cache leaves columns of images out, and with one of them what it hides comes to light.
            ColumnContent[] cacheable =
                [.. ColumnContent.Visible(expected).Where(column => !column.Type.StartsWith("Image", StringComparison.Ordinal))];
            IEnumerable<ColumnContent> cached = ColumnContent.Read(_mlContext.Data.Cache(bulk)).Where(
                column => cacheable.Any(one => one.Name == column.Name));
            AssertEqualVisible(cacheable, cached, "ML.NET's cache");
        }
    }

    [Theory]
    [InlineData("Features")]
    [InlineData("Label")]
    [InlineData("ImagePath")]
    public void Rows_OfAnImageFolder_KeepTheirValues(string output) =>
        AssertReplaces(_mlContext.Data.LoadFromImageFolder(rows.Folder), output, 2);

    [Theory]
    [InlineData("Features")]
    [InlineData("Label")]
    [InlineData("ImagePath")]
    [InlineData("New")]
    public async Task Rows_OfFeatureFiles_KeepTheirValues(string output)
    {
        using var folder = new TempFolder();
        await using (FeatureFileWriter writer = await FeatureFileWriter.CreateAsync(folder.File("a.parquet"), TestFeatures.Origin()))
        {
            foreach (AnyRow row in rows.Rows)
            {
                await writer.AddAsync(row.Path, row.Text, [row.Single, row.Single + 1, row.Single + 2, row.Single + 3, row.Single + 4]);
            }

            await writer.CommitAsync();
        }

        AssertReplaces(_mlContext.Data.LoadFromFeatureFiles(folder.Path), output, 3);
    }

    [Fact]
    public void PredictionEngine_OfAModelWhoseFeaturesReplaceColumnsAmongOthers_GivesWhatTheBulkGives()
    {
        var columns = new AnyColumns(
            [
                nameof(AnyRow.Text),
                nameof(AnyRow.Expected),
                nameof(AnyRow.Path),
                nameof(AnyRow.Int32),
                nameof(AnyRow.Double),
                nameof(AnyRow.Words),
            ],
            nameof(AnyRow.Path),
            [(nameof(AnyRow.Expected), nameof(AnyRow.Int32))],
            nameof(AnyRow.Expected),
            Times: 1);
        IDataView data = Data(columns);
        MobileNetV2FeaturizerOptions inPlace = Options.With(its => its.InputColumnName, nameof(AnyRow.Path)).With(
            its => its.OutputColumnName, nameof(AnyRow.Path));
        ITransformer model = columns.Pipeline(_mlContext, Options).Append(_mlContext.Transforms.FeaturizeImageWithMobileNetV2(inPlace)).Fit(
            data);
        IReadOnlyList<ColumnContent> bulk = ColumnContent.Visible(ColumnContent.Read(model.Transform(data)));
        SchemaDefinition output = columns.Schema();
        output.RemoveAll(column => column.ColumnName == nameof(AnyRow.Path));
        SchemaDefinition.Column replaced = SchemaDefinition.Create(typeof(AnyRow))[nameof(AnyRow.Pixels)];
        replaced.ColumnName = nameof(AnyRow.Path);
        replaced.ColumnType = output[nameof(AnyRow.Expected)].ColumnType;
        output.Add(replaced);
        using PredictionEngine<AnyRow, AnyRow> engine = _mlContext.Model.CreatePredictionEngine<AnyRow, AnyRow>(
            model, ignoreMissingColumns: false, inputSchemaDefinition: columns.Schema(), outputSchemaDefinition: output);

        AnyRow[] found = [.. rows.Rows.Select(engine.Predict)];

        ColumnContent.AssertEqual(
            bulk, ColumnContent.Visible(ColumnContent.Read(_mlContext.Data.LoadFromEnumerable(found, output))), "a prediction engine");
        Assert.All(
            found.Zip(rows.Rows), pair => Assert.InRange(Photos.MaxDifference([pair.Second.Expected], [pair.First.Pixels]), 0, 1e-4));
    }

    // The reference adds the features under a name of their own and copies them.
    private void AssertReplaces(IDataView data, string output, int columnCount)
    {
        Assert.Equal(columnCount, data.Schema.Count);
        MobileNetV2FeaturizerOptions options = Options.With(its => its.OutputColumnName, output);
        ITransformer reference = _mlContext.Transforms.FeaturizeImageWithMobileNetV2(options.With(its => its.OutputColumnName, "Own"))
            .Append(_mlContext.Transforms.CopyColumns(output, "Own")).Fit(data);
        using MobileNetV2FeaturizerTransformer model = _mlContext.Transforms.FeaturizeImageWithMobileNetV2(options).Fit(data);
        using (reference as IDisposable)
        {
            IReadOnlyList<ColumnContent> expected =
                [.. ColumnContent.Read(reference.Transform(data)).Where(column => column.Name != "Own")];

            ColumnContent.AssertEqual(expected, ColumnContent.Read(model.Transform(data)), "bulk rows");
            ColumnContent.AssertEqual(expected, ColumnContent.ReadApart(model.Transform(data)), "bulk columns");
            ColumnContent.AssertEqual(
                ColumnContent.Rows(expected, 0, 4),
                ColumnContent.Read(model.Transform(new RowSubsetDataView(data, [0, 4]))),
                "a subset's rows");
            AssertSingleRows(expected, data, model, "single rows");
            AssertEqualVisible(
                expected,
                ColumnContent.Read(_mlContext.Data.ShuffleRows(model.Transform(data), shuffleSource: false, shufflePoolSize: 1)),
                "a pool of one row");
        }
    }

    private static void AssertEqualVisible(IEnumerable<ColumnContent> expected, IEnumerable<ColumnContent> found, string what) =>
        ColumnContent.AssertEqual(ColumnContent.Visible(expected), ColumnContent.Visible(found), what);

    private IDataView Data(AnyColumns columns) => _mlContext.Data.LoadFromEnumerable(rows.Rows, columns.Schema());

    private IReadOnlyList<ColumnContent> Expected(AnyColumns columns, IDataView data) =>
        ColumnContent.Read(columns.Reference(_mlContext).Fit(data).Transform(data));

    // What a prediction engine does: a mapper of single rows, and no look-ahead.
    private static void AssertSingleRows(IReadOnlyList<ColumnContent> expected, IDataView data, ITransformer model, string what)
    {
        IRowToRowMapper mapper = model.GetRowToRowMapper(data.Schema);
        using DataViewRowCursor source = data.GetRowCursor(data.Schema);
        using DataViewRow row = mapper.GetRow(source, mapper.OutputSchema);
        AssertEqualVisible(expected, ColumnContent.Read(row, source.MoveNext), what);
    }
}
