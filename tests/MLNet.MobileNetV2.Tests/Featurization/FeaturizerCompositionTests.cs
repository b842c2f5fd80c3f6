using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.MobileNetV2.Tests.Support;

namespace MLNet.MobileNetV2.Tests.Featurization;

/// <summary>The featurizer among ML.NET's own parts.</summary>
public class FeaturizerCompositionTests
{
    private readonly MLContext _mlContext = new(seed: 1);

    private MobileNetV2FeaturizerEstimator Featurizer => _mlContext.Transforms.FeaturizeImageWithMobileNetV2(Photos.Options);

    public static TheoryData<string> Readings() =>
        ["as it is", "shuffled", "cached and shuffled", "filtered", "skipped and taken", "cached", "in parallel"];

    [Theory]
    [MemberData(nameof(Readings))]
    public void PassThroughColumns_KeepTheirOwnRowsValues(string reading)
    {
        PhotoRow[] rows = Photos.Rows(4);
        IDataView data = _mlContext.Data.LoadFromEnumerable(rows);
        using MobileNetV2FeaturizerTransformer featurizer = Featurizer.Fit(data);
        float[][] expected = featurizer.Transform(data).Features();
        DataOperationsCatalog catalog = _mlContext.Data;
        IDataView view = reading switch
        {
            "shuffled" => catalog.ShuffleRows(featurizer.Transform(data), seed: 3, shufflePoolSize: 7),
            "cached and shuffled" => catalog.ShuffleRows(featurizer.Transform(catalog.Cache(data)), seed: 3),
            "filtered" => catalog.FilterRowsByColumn(featurizer.Transform(AsFloat(data)), "Score", 5, 17),
            "skipped and taken" => catalog.TakeRows(catalog.SkipRows(featurizer.Transform(data), 3), 9),
            "cached" => catalog.Cache(featurizer.Transform(data)),
            _ => featurizer.Transform(data),
        };

        FeatureRow[] found = reading == "in parallel" ? ReadInParallel(
            view) : [.. catalog.CreateEnumerable<FeatureRow>(view, reuseRowObject: false)];

        Assert.Equal(reading switch { "filtered" => 12, "skipped and taken" => 9, _ => rows.Length }, found.Length);
        Assert.Equal(found.Length, found.Select(row => row.Number).Distinct().Count());
        Assert.All(found, row =>
        {
            Assert.Equal(rows[row.Number].ImagePath, row.ImagePath);
            Assert.Equal(rows[row.Number].Vector, row.Vector);
            Assert.InRange(Photos.MaxDifference([expected[row.Number]], [row.Features]), 0, 1e-5);
        });
    }

    [Fact]
    public void Rows_KeepTheirIds()
    {
        IDataView data = _mlContext.Data.LoadFromEnumerable(Photos.Rows(2));
        using MobileNetV2FeaturizerTransformer featurizer = Featurizer.Fit(data);

        Assert.Equal(Ids(data), Ids(featurizer.Transform(data)));
    }

    [Fact]
    public void StockTransformsAndTrainers_TakeTheFeatures()
    {
        IDataView data = _mlContext.Data.LoadFromEnumerable(Photos.Rows(6));
        IEstimator<ITransformer> pipeline = _mlContext.Transforms.Conversion.MapValueToKey("Label")
            .Append(Featurizer)
            .AppendCacheCheckpoint(_mlContext)
            .Append(_mlContext.Transforms.NormalizeMinMax("Scaled", "Features"))
            .Append(_mlContext.Transforms.ProjectToPrincipalComponents("Components", "Features", rank: 8))
            .Append(_mlContext.Transforms.Concatenate("All", "Scaled", "Components"))
            .Append(_mlContext.MulticlassClassification.Trainers.SdcaMaximumEntropy("Label", "All"));
        ITransformer model = pipeline.Fit(data);
        using (model as IDisposable)
        {
            MulticlassClassificationMetrics metrics = _mlContext.MulticlassClassification.Evaluate(model.Transform(data));

            Assert.InRange(metrics.MicroAccuracy, 0.9, 1);
        }
    }

    [Fact]
    public void CacheCheckpoint_FeaturizesEachPictureOnce()
    {
        long last = 0;
        IDataView data = _mlContext.Data.LoadFromEnumerable(Photos.Rows(3));
        ITransformer model = _mlContext.Transforms.Conversion.MapValueToKey("Label")
            .Append(
                _mlContext.Transforms.FeaturizeImageWithMobileNetV2(
                    Photos.Options.With(its => its.Progress, new DirectProgress<long>(count => last = count))))
            .AppendCacheCheckpoint(_mlContext)
            .Append(_mlContext.MulticlassClassification.Trainers.LbfgsMaximumEntropy())
            .Fit(data);
        (model as IDisposable)?.Dispose();

        Assert.Equal(18, last);
    }

    [Fact]
    public void LoadImages_BeforeTheFeaturizer_GivesTheFeaturesOfItsImages()
    {
        IDataView data = _mlContext.Data.LoadFromEnumerable(Photos.Rows(1));
        using TransformerChain<MobileNetV2FeaturizerTransformer> model = _mlContext.Transforms.LoadImages("Image", null, "ImagePath")
            .Append(_mlContext.Transforms.FeaturizeImageWithMobileNetV2(Photos.Options.With(its => its.InputColumnName, "Image"))).Fit(
                data);
        DecodedPhotoRow[] images = [.. Photos.Rows(1).Select(row => new DecodedPhotoRow { Image = MLImage.CreateFromFile(row.ImagePath) })];

        Assert.Equal(
            model.LastTransformer.Transform(_mlContext.Data.LoadFromEnumerable(images)).Features(), model.Transform(data).Features());
        Array.ForEach(images, row => row.Image!.Dispose());
    }

    [Fact]
    public void LoadImages_BeforeTwoFeaturizersAndAResize_LeavesEachItsOwnImages()
    {
        PhotoRow[] rows = [.. Enumerable.Range(0, 12).SelectMany(_ => Photos.Rows(1))];
        IDataView data = _mlContext.Data.LoadFromEnumerable(rows);
        MobileNetV2FeaturizerOptions options = Photos.Options.With(its => its.InputColumnName, "Image").With(its => its.ThreadCount, 3);
        ITransformer model = _mlContext.Transforms.LoadImages("Image", null, "ImagePath")
            .Append(_mlContext.Transforms.FeaturizeImageWithMobileNetV2(options))
            .Append(
                _mlContext.Transforms.FeaturizeImageWithMobileNetV2(
                    options.With(its => its.OutputColumnName, "Early").With(its => its.Tap, new(2))))
            .Append(_mlContext.Transforms.ResizeImages("Small", 8, 8, "Image")).Fit(data);
        using (model as IDisposable)
        {
            IDataView result = model.Transform(data);
            using DataViewRowCursor cursor = result.GetRowCursor(
                [result.Schema["Features"], result.Schema["Early"], result.Schema["Small"]]);
            ValueGetter<VBuffer<float>> features = cursor.GetGetter<VBuffer<float>>(result.Schema["Features"]);
            ValueGetter<VBuffer<float>> early = cursor.GetGetter<VBuffer<float>>(result.Schema["Early"]);
            ValueGetter<MLImage> small = cursor.GetGetter<MLImage>(result.Schema["Small"]);
            var found = new List<float[]>();
            (VBuffer<float> f, VBuffer<float> e, MLImage image) = (default, default, null!);
            while (cursor.MoveNext())
            {
                small(ref image);
                features(ref f);
                early(ref e);
                found.Add([.. f.DenseValues(), .. e.DenseValues()]);
            }

            // The rows repeat, and with them every feature.
            int photos = Photos.Rows(1).Length;
            Assert.Equal(rows.Length, found.Count);
            Assert.InRange(Photos.MaxDifference([.. found.Take(rows.Length - photos)], [.. found.Skip(photos)]), 0, 1e-5);
        }
    }

    [Fact]
    public void DnnFeaturizeImage_WithMobileNetV2_GivesTheSameFeatures()
    {
        IDataView data = _mlContext.Data.LoadFromEnumerable(Photos.Rows(1));
        using MobileNetV2FeaturizerTransformer own = Featurizer.Fit(data);
        ITransformer selected = _mlContext.Transforms.DnnFeaturizeImage(
            "Dnn", m =>
                m.ModelSelector.MobileNetV2(_mlContext, m.OutputColumn, m.InputColumn, WeightsSource.Embedded), "ImagePath").Fit(data);
        using (selected as IDisposable)
        {
            IDataView result = selected.Transform(data);

            Assert.Equal(own.Transform(data).Features(), result.Features("Dnn"));
            Assert.Equal(
                ["ImagePath", "Label", "Number", "Vector", "Dnn"],
                result.Schema.Where(column => !column.IsHidden).Select(column => column.Name));
        }
    }

    [Fact]
    public void Featurizers_OfTwoColumns_WorkInOnePipeline()
    {
        IDataView data = _mlContext.Data.LoadFromEnumerable(Photos.Rows(1));
        ITransformer model = Featurizer
            .Append(_mlContext.Transforms.FeaturizeImageWithMobileNetV2(Photos.Options.With(its => its.OutputColumnName, "Again")))
            .Fit(data);
        using (model as IDisposable)
        {
            IDataView result = model.Transform(data);

            Assert.Equal(result.Features(), result.Features("Again"));
        }
    }

    private IDataView AsFloat(IDataView data) =>
        _mlContext.Transforms.Conversion.ConvertType("Score", "Number", DataKind.Single).Fit(data).Transform(data);

    // Reads a set of cursors, each on its own thread, as ML.NET's multi-threaded trainers do.
    private static FeatureRow[] ReadInParallel(IDataView view)
    {
        DataViewRowCursor[] cursors = view.GetRowCursorSet(view.Schema, 4);
        var rows = new System.Collections.Concurrent.ConcurrentBag<FeatureRow>();
        Parallel.ForEach(cursors, cursor =>
        {
            using (cursor)
            {
                ValueGetter<ReadOnlyMemory<char>> path = cursor.GetGetter<ReadOnlyMemory<char>>(view.Schema["ImagePath"]);
                ValueGetter<int> number = cursor.GetGetter<int>(view.Schema["Number"]);
                ValueGetter<VBuffer<float>> vector = cursor.GetGetter<VBuffer<float>>(view.Schema["Vector"]);
                ValueGetter<VBuffer<float>> features = cursor.GetGetter<VBuffer<float>>(view.Schema["Features"]);
                while (cursor.MoveNext())
                {
                    ReadOnlyMemory<char> pathValue = default;
                    int numberValue = 0;
                    VBuffer<float> vectorValue = default;
                    VBuffer<float> featuresValue = default;
                    features(ref featuresValue);
                    path(ref pathValue);
                    number(ref numberValue);
                    vector(ref vectorValue);
                    rows.Add(new FeatureRow
                    {
                        ImagePath = pathValue.ToString(),
                        Number = numberValue,
                        Vector = [.. vectorValue.DenseValues()],
                        Features = [.. featuresValue.DenseValues()],
                    });
                }
            }
        });
        return [.. rows];
    }

    private static List<DataViewRowId> Ids(IDataView view)
    {
        var ids = new List<DataViewRowId>();
        using DataViewRowCursor cursor = view.GetRowCursor(view.Schema);
        ValueGetter<DataViewRowId> getId = cursor.GetIdGetter();
        while (cursor.MoveNext())
        {
            DataViewRowId id = default;
            getId(ref id);
            ids.Add(id);
        }

        return ids;
    }
}
