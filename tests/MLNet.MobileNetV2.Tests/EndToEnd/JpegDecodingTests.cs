using System.Globalization;
using MLNet.MobileNetV2.Tests.Support;

namespace MLNet.MobileNetV2.Tests.EndToEnd;

/// <summary>What decoding JPEGs at a reduced size costs on real images: top-1 of the pretrained network on 200 of ImageNet.</summary>
[Trait("Category", "Slow")]
public class JpegDecodingTests
{
    private const double MostLost = 0.005;

    [Fact]
    public void Classify_WithReducedDecoding_LosesHalfAPointAtMost()
    {
        string[] photos = Directory.GetFiles(Path.Combine(TestEnvironment.RequireDataFolder(), "imagenet-dev"), "*.jpg");
        MobileNetV2Weights weights = new WeightsStore(new WeightsStoreOptions { Folder = TestEnvironment.RequireWeightsFolder() })
            .Load(WeightsSource.ImageNet, null, TestContext.Current.CancellationToken).Weights;
        Dictionary<JpegDecoding, double> accuracy = Enum.GetValues<JpegDecoding>()
            .ToDictionary(decoding => decoding, decoding => Accuracy(weights, photos, decoding));

        TestContext.Current.TestOutputHelper!.WriteLine(string.Join(", ", accuracy));
        Assert.InRange(accuracy[JpegDecoding.Oversampled], accuracy[JpegDecoding.Full] - MostLost, 1);
        Assert.InRange(accuracy[JpegDecoding.Covering], accuracy[JpegDecoding.Full] - (2 * MostLost), 1);
    }

    // An image's name begins with the number of its class.
    private static double Accuracy(MobileNetV2Weights weights, string[] photos, JpegDecoding decoding)
    {
        using var predictor = MobileNetV2Predictor.CreatePretrained(
            WeightsSource.From(weights.WithPreprocessing(weights.Preprocessing with { JpegDecoding = decoding })));
        int right = photos.Count(photo => predictor.Predict(photo, 1)[0].Index
            == int.Parse(Path.GetFileName(photo).Split('_')[0], CultureInfo.InvariantCulture));
        return (double)right / photos.Length;
    }
}
