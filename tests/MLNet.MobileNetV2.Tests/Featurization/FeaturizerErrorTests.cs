using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.MobileNetV2.Tests.Support;

namespace MLNet.MobileNetV2.Tests.Featurization;

public class FeaturizerErrorTests
{
    private readonly MLContext _mlContext = new(seed: 1);

    [Fact]
    public void Fit_WithoutTheImageColumn_ThrowsNamingItAndTheColumns() =>
        AssertFit(_mlContext.Data.LoadFromEnumerable(Photos.Rows(1)), "Photo", "'Photo'", "ImagePath, Label, Number, Vector");

    [Fact]
    public void Fit_WithANumberColumn_ThrowsSayingWhatIsAllowed() =>
        AssertFit(_mlContext.Data.LoadFromEnumerable(Photos.Rows(1)), "Number", "'Number' is of type Int32", "a file path (text)");

    [Fact]
    public void Fit_WithAResizedImage_ThrowsSayingToLeaveOutResizing()
    {
        IDataView paths = _mlContext.Data.LoadFromEnumerable(Photos.Rows(1));
        IDataView resized = _mlContext.Transforms.LoadImages("Image", null, "ImagePath")
            .Append(_mlContext.Transforms.ResizeImages("Image", 224, 224)).Fit(paths).Transform(paths);

        AssertFit(resized, "Image", "Image<224, 224>", "leave out ResizeImages");
    }

    [Fact]
    public void Fit_WithTooFewPixels_ThrowsSayingHowMany() =>
        AssertFit(_mlContext.Data.LoadFromEnumerable(Photos.Rows(1)), "Vector", "3 values", "150528");

    [Fact]
    public void GetOutputSchema_OfAPipelineWithTheWrongColumn_ThrowsBeforeFitting() => Assert.Contains(
        "'Photo' is not in the data",
        Assert.Throws<ArgumentException>(() => _mlContext.Transforms.CopyColumns("Copy", "ImagePath")
            .Append(_mlContext.Transforms.FeaturizeImageWithMobileNetV2("Features", "Photo", WeightsSource.Embedded))
            .Fit(_mlContext.Data.LoadFromEnumerable(Photos.Rows(1)))).Message,
        StringComparison.Ordinal);

    [Fact]
    public void Transform_WithABadPicture_ThrowsNamingTheFile()
    {
        using var folder = new TempFolder();
        IDataView data = DataWithABadPicture(folder, out string bad);
        using MobileNetV2FeaturizerTransformer featurizer = _mlContext.Transforms.FeaturizeImageWithMobileNetV2(Photos.Options).Fit(data);

        BadImageException error = Assert.Throws<BadImageException>(() => featurizer.Transform(data).Features());

        Assert.Equal(bad, error.Path);
        Assert.Contains(bad, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Transform_BeforeAnotherTransform_NamesTheFileInTheInnerError()
    {
        using var folder = new TempFolder();
        IDataView data = DataWithABadPicture(folder, out string bad);
        ITransformer model = _mlContext.Transforms.FeaturizeImageWithMobileNetV2(Photos.Options)
            .Append(_mlContext.Transforms.Concatenate("Scaled", "Features")).Fit(data);
        using (model as IDisposable)
        {
            Exception error = Assert.ThrowsAny<Exception>(() => model.Transform(data).Features("Scaled"));

            Assert.Equal(bad, Assert.IsType<BadImageException>(error.GetBaseException()).Path);
        }
    }

    [Fact]
    public void Transform_WhoseRowsAreReadAfterDisposal_Throws()
    {
        IDataView data = _mlContext.Data.LoadFromEnumerable(Photos.Rows(1));
        MobileNetV2FeaturizerTransformer featurizer = _mlContext.Transforms.FeaturizeImageWithMobileNetV2(Photos.Options).Fit(data);
        IDataView result = featurizer.Transform(data);

        featurizer.Dispose();
        featurizer.Dispose();

        Assert.Throws<ObjectDisposedException>(() => result.Features());
    }

    [Fact]
    public void Transform_WhoseRowsAreReadDuringDisposal_ThrowsAndTheProcessGoesOn()
    {
        IDataView data = _mlContext.Data.LoadFromEnumerable(Photos.Rows(6));
        MobileNetV2FeaturizerTransformer? featurizer = null;
        featurizer = _mlContext.Transforms.FeaturizeImageWithMobileNetV2(Photos.Options
            .With(its => its.Progress, new DirectProgress<long>(count =>
            {
                if (count == 3)
                {
                    featurizer!.Dispose();
                }
            }))).Fit(data);

        Assert.Throws<ObjectDisposedException>(() => featurizer.Transform(data).Features());
    }

    [Fact]
    public void Transform_WithMissingFeatures_GivesANanRowAndReportsTheFile()
    {
        using var folder = new TempFolder();
        IDataView data = DataWithABadPicture(folder, out string bad);
        var found = new List<BadImage>();
        using MobileNetV2FeaturizerTransformer featurizer = _mlContext.Transforms.FeaturizeImageWithMobileNetV2(
            Photos.Options.With(its => its.OnBadImage, BadImageHandling.MissingFeatures).With(
                its => its.BadImageFound, found.Add)).Fit(data);

        IDataView result = featurizer.Transform(data);
        float[][] features = result.Features();

        Assert.All(features[1], value => Assert.Equal(float.NaN, value));
        Assert.DoesNotContain(features[0], float.IsNaN);
        Assert.DoesNotContain(features[2], float.IsNaN);
        BadImage image = Assert.Single(found);
        Assert.Equal(bad, image.Path);
        Assert.NotEmpty(image.Reason);
        Assert.Equal([0, 2], _mlContext.Data.FilterRowsByMissingValues(result, "Features").GetColumn<int>("Number"));
    }

    [Fact]
    public void Transform_OfANullImage_ThrowsOrIsMissing()
    {
        IDataView data = _mlContext.Data.LoadFromEnumerable([new DecodedPhotoRow { Image = null }]);
        MobileNetV2FeaturizerOptions options = Photos.Options.With(its => its.InputColumnName, "Image");
        using MobileNetV2FeaturizerTransformer throwing = _mlContext.Transforms.FeaturizeImageWithMobileNetV2(options).Fit(data);
        using MobileNetV2FeaturizerTransformer missing = _mlContext.Transforms
            .FeaturizeImageWithMobileNetV2(options.With(its => its.OnBadImage, BadImageHandling.MissingFeatures)).Fit(data);

        Assert.Throws<BadImageException>(() => throwing.Transform(data).Features());
        Assert.All(missing.Transform(data).Features()[0], value => Assert.Equal(float.NaN, value));
    }

    [Fact]
    public void Transform_OfEmptyText_Throws()
    {
        IDataView data = _mlContext.Data.LoadFromEnumerable([new PhotoRow()]);
        using MobileNetV2FeaturizerTransformer featurizer = _mlContext.Transforms.FeaturizeImageWithMobileNetV2(Photos.Options).Fit(data);

        Assert.Throws<BadImageException>(() => featurizer.Transform(data).Features());
    }

    [Fact]
    public void Fit_WithoutNamedWeights_NeedsNoFileAndNoNetwork()
    {
        using var folder = new TempFolder();
        var store = new WeightsStoreOptions { CacheFolder = folder.Path, Offline = true };
        IDataView data = _mlContext.Data.LoadFromEnumerable(Photos.Rows(1));

        using MobileNetV2FeaturizerTransformer featurizer = _mlContext.Transforms
            .FeaturizeImageWithMobileNetV2(new MobileNetV2FeaturizerOptions { Store = store }).Fit(data);

        Assert.Equal("embedded", featurizer.Weights.Name);
        Assert.Empty(folder.Names());
    }

    [Fact]
    public void Fit_WhenWeightsCannotBeHad_ThrowsNamingEveryWayOut()
    {
        using var folder = new TempFolder();
        var store = new WeightsStoreOptions { CacheFolder = folder.Path, Offline = true };
        IDataView data = _mlContext.Data.LoadFromEnumerable(Photos.Rows(1));

        WeightsUnavailableException error = Assert.Throws<WeightsUnavailableException>(() => _mlContext.Transforms
            .FeaturizeImageWithMobileNetV2(new MobileNetV2FeaturizerOptions { Store = store, Weights = WeightsSource.ImageNet }).Fit(data));

        Assert.Contains("MOBILENETV2_WEIGHTS", error.Message, StringComparison.Ordinal);
        Assert.Contains("MOBILENETV2_OFFLINE", error.Message, StringComparison.Ordinal);
        Assert.Contains("WeightsSource.Embedded", error.Message, StringComparison.Ordinal);
    }

    private static IDataView DataWithABadPicture(TempFolder folder, out string bad)
    {
        bad = folder.File("text.jpg");
        File.WriteAllText(bad, "This is no image.");
        IReadOnlyList<string> files = Repository.SampleFiles(1);
        return new MLContext().Data.LoadFromEnumerable(new[] { PhotoRow.Of(files[0], 0), PhotoRow.Of(bad, 1), PhotoRow.Of(files[1], 2) });
    }

    private void AssertFit(IDataView data, string column, params string[] parts)
    {
        ArgumentException error = Assert.Throws<ArgumentException>(
            () => _mlContext.Transforms.FeaturizeImageWithMobileNetV2("Features", column, WeightsSource.Embedded).Fit(data));
        Assert.All(parts, part => Assert.Contains(part, error.Message, StringComparison.Ordinal));
    }
}
