using Microsoft.ML;
using MLNet.MobileNetV2.Tests.Support;

namespace MLNet.MobileNetV2.Tests.Serving;

/// <summary>What is no model, and what a predictor cannot be made of.</summary>
public class PredictorModelTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private readonly MLContext _mlContext = new(seed: 1);

    [Fact]
    public void Load_OfWhatIsNoFile_NamesIt()
    {
        using var folder = new TempFolder();
        string missing = folder.File("missing.zip");

        FileNotFoundException error = Assert.Throws<FileNotFoundException>(() => MobileNetV2Predictor.Load(missing));

        Assert.Equal(missing, error.FileName);
        Assert.Contains($"'{missing}' does not exist", error.Message, StringComparison.Ordinal);
        Assert.Contains(
            "is a folder",
            Assert.Throws<FileNotFoundException>(() => MobileNetV2Predictor.Load(folder.Path)).Message,
            StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => MobileNetV2Predictor.Load(""));
        Assert.Throws<ArgumentNullException>(() => MobileNetV2Predictor.Load(null!));
        Assert.Throws<ArgumentNullException>(() => MobileNetV2Predictor.Create(null!));
    }

    [Theory]
    [InlineData("no model")]
    [InlineData("")]
    public void Load_OfAnotherFile_SaysThatItIsNoModel(string content)
    {
        using var folder = new TempFolder();
        string path = folder.File("model.zip");
        File.WriteAllText(path, content);

        InvalidDataException error = Assert.Throws<InvalidDataException>(() => MobileNetV2Predictor.Load(path));

        Assert.Contains($"'{path}' is not a model that ML.NET can load", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_WithTheErrorOfAnotherFile_HasFewLines()
    {
        using var folder = new TempFolder();
        string path = folder.File("model.zip");
        File.WriteAllText(path, "no model");

        InvalidDataException error = Assert.Throws<InvalidDataException>(() => MobileNetV2Predictor.Load(path));

        Assert.Contains("it is no zip archive (it begins with the text 'no model')", error.Message, StringComparison.Ordinal);
        Assert.Contains("a file that mlContext.Model.Save or 'mobilenetv2 train' wrote", error.Message, StringComparison.Ordinal);
        Assert.InRange(error.ToString().Split('\n').Length, 2, 6);
    }

    [Fact]
    public void Load_OfATruncatedModel_SaysThatItIsNoModel()
    {
        using var model = new PhotoModel();
        using var folder = new TempFolder();
        string path = folder.File("model.zip");
        model.Save(path);
        byte[] bytes = File.ReadAllBytes(path);
        File.WriteAllBytes(path, bytes[..(bytes.Length / 2)]);

        Assert.Throws<InvalidDataException>(() => MobileNetV2Predictor.Load(path));
    }

    [Fact]
    public void Create_OfAModelWithoutHead_NamesWhatIsMissing()
    {
        using var featurizer = _mlContext.Transforms.FeaturizeImageWithMobileNetV2(Photos.Options).Fit(Keyed());

        Assert.Contains(
            "no trained classifier", Assert.Throws<NotSupportedException>(
                () => MobileNetV2Predictor.Create(featurizer)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Create_OfAModelThatTakesPixels_SaysThatItTakesNoPhotos(bool isLoaded)
    {
        var chain = _mlContext.Transforms.LoadImages("Image", "", "ImagePath")
            .Append(_mlContext.Transforms.ResizeImages("Image", 224, 224))
            .Append(_mlContext.Transforms.ExtractPixels("Pixels", "Image"))
            .Append(_mlContext.Transforms.FeaturizeImageWithMobileNetV2("Features", "Pixels", WeightsSource.Embedded))
            .Append(_mlContext.MulticlassClassification.Trainers.MobileNetV2Head());

        Assert.Contains("takes pixels that other steps prepared", Refused(chain, isLoaded), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Create_OfAModelThatChangesItsPicturesFirst_NamesTheStep(bool isLoaded)
    {
        var chain = _mlContext.Transforms.LoadImages("Image", "", "ImagePath")
            .Append(_mlContext.Transforms.ConvertToGrayscale("Image"))
            .Append(_mlContext.Transforms.FeaturizeImageWithMobileNetV2("Features", "Image", WeightsSource.Embedded))
            .Append(_mlContext.MulticlassClassification.Trainers.MobileNetV2Head());

        Assert.Contains("ImageGrayscalingTransformer before its featurizer", Refused(chain, isLoaded), StringComparison.Ordinal);
    }

    [Fact]
    public void Create_OfAModelThatMapsItsLabelsToo_Works()
    {
        IDataView photos = _mlContext.Data.LoadFromEnumerable(Photos.Rows(2));
        using var model = _mlContext.Transforms.Conversion.MapValueToKey("Label")
            .Append(_mlContext.Transforms.FeaturizeImageWithMobileNetV2(Photos.Options))
            .Append(_mlContext.MulticlassClassification.Trainers.MobileNetV2Head())
            .Append(_mlContext.Transforms.Conversion.MapKeyToValue("PredictedLabel"))
            .Fit(photos);

        using MobileNetV2Predictor predictor = MobileNetV2Predictor.Create(model);

        Assert.Equal("animal", predictor.Predict(PhotoModel.Files[0], cancellationToken: Token)[0].Label);
    }

    private string Refused(IEstimator<ITransformer> chain, bool isLoaded)
    {
        IDataView photos = Keyed();
        ITransformer model = chain.Fit(photos);
        if (isLoaded)
        {
            using var stream = new MemoryStream();
            _mlContext.Model.Save(model, photos.Schema, stream);
            (model as IDisposable)?.Dispose();
            stream.Position = 0;
            model = _mlContext.LoadModel(stream);
        }

        using (model as IDisposable)
        {
            return Assert.Throws<NotSupportedException>(() => MobileNetV2Predictor.Create(model)).Message;
        }
    }

    private IDataView Keyed()
    {
        IDataView photos = _mlContext.Data.LoadFromEnumerable(Photos.Rows(2));
        return _mlContext.Transforms.Conversion.MapValueToKey("Label").Fit(photos).Transform(photos);
    }
}
