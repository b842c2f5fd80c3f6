using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.MobileNetV2.Tests.Support;

namespace MLNet.MobileNetV2.Tests.Featurization.Saving;

/// <summary>Featurizers that were saved and loaded again.</summary>
public class SavedFeaturizerTests
{
    private readonly MLContext _mlContext = new(seed: 1);

    public static TheoryData<string> Kinds() => ["path", "image", "bytes", "pixels"];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void LoadedFeaturizer_OfEachKind_GivesTheSameFeatures(string kind)
    {
        (IDataView data, string column) = Data(kind);
        MobileNetV2FeaturizerOptions options = Photos.Options.With(its => its.InputColumnName, column);
        using MobileNetV2FeaturizerTransformer featurizer = _mlContext.Transforms.FeaturizeImageWithMobileNetV2(options).Fit(data);
        float[][] expected = featurizer.Transform(data).Features();

        WithLoaded(featurizer, data.Schema, loaded =>
        {
            IDataView result = loaded.Transform(data);
            Assert.InRange(Photos.MaxDifference(expected, result.Features()), 0, 1e-5);
            Assert.Equal(
                Visible(featurizer.GetOutputSchema(data.Schema)),
                Visible(result.Schema));
        });
    }

    [Fact]
    public void LoadedFeaturizer_KeepsTheUsersColumns()
    {
        IDataView data = _mlContext.Data.LoadFromEnumerable(Photos.Rows(1));
        IDataView named = _mlContext.Transforms.CopyColumns("features", "Number")
            .Append(_mlContext.Transforms.CopyColumns("pixels", "Label")).Fit(data).Transform(data);
        using MobileNetV2FeaturizerTransformer featurizer = _mlContext.Transforms.FeaturizeImageWithMobileNetV2(Photos.Options).Fit(named);

        WithLoaded(featurizer, named.Schema, loaded =>
        {
            IDataView result = loaded.Transform(named);
            Assert.Equal(
                ["ImagePath", "Label", "Number", "Vector", "features", "pixels", "Features"], result.Schema.Select(column => column.Name));
            Assert.Equal(named.GetColumn<int>("features"), result.GetColumn<int>("features"));
        });
    }

    [Fact]
    public void LoadedFeaturizer_OfBgrWeightsWithAnotherSize_GivesTheSameFeatures()
    {
        var preprocessing = new ImagePreprocessing
        {
            Size = 96,
            CropFraction = 1,
            ChannelOrder = ImageChannelOrder.Bgr,
            Mean = new(103.5f, 116.3f, 123.7f),
            Std = new(57, 58, 59),
        };
        MobileNetV2Weights weights = RandomWeights.Create(5, preprocessing, PaddingFlavor.PyTorchSymmetric);
        IDataView data = _mlContext.Data.LoadFromEnumerable(Photos.Rows(1));
        using MobileNetV2FeaturizerTransformer featurizer =
            _mlContext.Transforms.FeaturizeImageWithMobileNetV2("Features", "ImagePath", WeightsSource.From(weights)).Fit(data);
        float[][] expected = featurizer.Transform(data).Features();

        WithLoaded(featurizer, data.Schema, loaded =>
            Assert.InRange(Photos.MaxDifference(expected, loaded.Transform(data).Features()), 0, 1e-4));
    }

    [Theory]
    [InlineData(BadImageHandling.Throw)]
    [InlineData(BadImageHandling.MissingFeatures)]
    public void LoadedFeaturizer_KeepsTheHandlingOfBadPictures(BadImageHandling handling)
    {
        using var folder = new TempFolder();
        string bad = folder.File("empty.jpg");
        File.WriteAllBytes(bad, []);
        string good = Repository.SampleFiles(1)[0];
        IDataView data = _mlContext.Data.LoadFromEnumerable([PhotoRow.Of(good, 0), PhotoRow.Of(bad, 1), PhotoRow.Of(good, 2)]);
        using MobileNetV2FeaturizerTransformer featurizer =
            _mlContext.Transforms.FeaturizeImageWithMobileNetV2(Photos.Options.With(its => its.OnBadImage, handling)).Fit(data);

        WithLoaded(featurizer, data.Schema, loaded =>
        {
            if (handling == BadImageHandling.MissingFeatures)
            {
                Assert.Equal([false, true, false], loaded.Transform(data).Features().Select(features => features.All(float.IsNaN)));
                return;
            }

            // Bulk reading goes through ML.NET's own threads, which wrap the error.
            Exception error = Assert.ThrowsAny<Exception>(() => loaded.Transform(data).Features());
            Assert.Contains(bad, error.ToString(), StringComparison.Ordinal);
            using PredictionEngine<PhotoRow, FeatureRow> engine = _mlContext.Model.CreatePredictionEngine<PhotoRow, FeatureRow>(loaded);
            Assert.Equal(bad, Assert.Throws<BadImageException>(() => engine.Predict(PhotoRow.Of(bad, 0))).Path);
            Assert.DoesNotContain(engine.Predict(PhotoRow.Of(good, 0)).Features, float.IsNaN);
        });
    }

    [Fact]
    public void Info_SaysTheSameBeforeSavingAndAfterLoading()
    {
        IDataView data = _mlContext.Data.LoadFromEnumerable(Photos.Rows(1));
        ITransformer model = _mlContext.Transforms.CopyColumns("Copy", "ImagePath")
            .Append(_mlContext.Transforms.FeaturizeImageWithMobileNetV2(Photos.Options))
            .Append(_mlContext.Transforms.NormalizeMinMax("Features")).Fit(data);
        using (model as IDisposable)
        {
            MobileNetV2FeaturizerInfo? info = MobileNetV2FeaturizerInfo.Find(model);

            Assert.Equal("embedded", info!.WeightsName);
            Assert.Equal(PretrainedModels.Embedded.Sha256, info.WeightsSha256);
            Assert.Equal(PretrainedModels.Embedded.Preprocessing, info.Preprocessing);
            Assert.Equal(PaddingFlavor.TensorFlowSame, info.Padding);
            Assert.Equal(BadImageHandling.Throw, info.OnBadImage);
            WithLoaded(model, data.Schema, loaded => Assert.Equal(info, MobileNetV2FeaturizerInfo.Find(loaded)));
        }
    }

    [Fact]
    public void Info_OfAModelWithoutOurFeaturizer_IsNull()
    {
        IDataView data = _mlContext.Data.LoadFromEnumerable(Photos.Rows(1));

        Assert.Null(MobileNetV2FeaturizerInfo.Find(_mlContext.Transforms.CopyColumns("Copy", "ImagePath").Fit(data)));
    }

    private static IEnumerable<(string, string)> Visible(DataViewSchema schema) =>
        schema.Where(column => !column.IsHidden).Select(column => (column.Name, column.Type.ToString()!));

    private (IDataView Data, string Column) Data(string kind)
    {
        string[] files = [.. Repository.SampleFiles(1)];
        return kind switch
        {
            "image" => (
                _mlContext.Data.LoadFromEnumerable(
                    files.Select((file, i) => new DecodedPhotoRow { Image = MLImage.CreateFromFile(file), Number = i }).ToArray()),
                "Image"),
            "bytes" => (
                _mlContext.Data.LoadFromEnumerable(
                    files.Select((file, i) => new EncodedPhotoRow { Bytes = File.ReadAllBytes(file), Number = i }).ToArray()),
                "Bytes"),
            "pixels" => (Pixels(files), "Pixels"),
            _ => (_mlContext.Data.LoadFromEnumerable(files.Select(PhotoRow.Of).ToArray()), "ImagePath"),
        };
    }

    private IDataView Pixels(string[] files)
    {
        IDataView paths = _mlContext.Data.LoadFromEnumerable(files.Select(PhotoRow.Of).ToArray());
        IDataView images = _mlContext.Transforms.LoadImages("Image", null, "ImagePath")
            .Append(_mlContext.Transforms.ResizeImages("Image", 224, 224))
            .Append(_mlContext.Transforms.ExtractPixels("Pixels", "Image"))
            .Append(_mlContext.Transforms.DropColumns("Image")).Fit(paths).Transform(paths);
        return images;
    }

    private void WithLoaded(ITransformer model, DataViewSchema schema, Action<ITransformer> use)
    {
        using var folder = new TempFolder();
        string path = folder.File("model.zip");
        _mlContext.Model.Save(model, schema, path);
        ITransformer loaded = _mlContext.LoadModel(path);
        using (loaded as IDisposable)
        {
            use(loaded);
        }
    }
}
