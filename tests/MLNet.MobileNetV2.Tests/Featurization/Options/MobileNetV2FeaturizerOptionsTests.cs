using Microsoft.ML;
using MLNet.MobileNetV2.Tests.Support;

namespace MLNet.MobileNetV2.Tests.Featurization.Options;

public sealed class MobileNetV2FeaturizerOptionsTests
{
    private readonly MLContext _mlContext = new(seed: 1);

    [Theory]
    [MemberData(nameof(BadOptions))]
    public void Options_OutOfRange_ThrowNamingThem(string name, MobileNetV2FeaturizerOptions options) => Assert.Contains(
        name,
        Assert.ThrowsAny<ArgumentException>(() => _mlContext.Transforms.FeaturizeImageWithMobileNetV2(options)).Message,
        StringComparison.Ordinal);

    public static TheoryData<string, MobileNetV2FeaturizerOptions> BadOptions() => new()
    {
        { "OutputColumnName", Photos.Options.With(its => its.OutputColumnName, string.Empty) },
        { "InputColumnName", Photos.Options.With(its => its.InputColumnName, string.Empty) },
        { "Weights", Photos.Options.With(its => its.Weights, null!) },
        { "Store", Photos.Options.With(its => its.Store, null!) },
        { "OnBadImage", Photos.Options.With(its => its.OnBadImage, (BadImageHandling)7) },
        { "IntraOpThreadCount", Photos.Options.With(its => its.IntraOpThreadCount, -1) },
        { "Size", Photos.Options.With(its => its.Preprocessing, new ImagePreprocessing { Size = 0 }) },
        { "CropFraction", Photos.Options.With(its => its.Preprocessing, new ImagePreprocessing { CropFraction = 2 }) },
    };
}
