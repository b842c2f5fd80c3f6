using MLNet.MobileNetV2.Images;

namespace MLNet.MobileNetV2.Tests.Images;

public sealed class ImagePreprocessingTests
{
    [Fact]
    public void MeanAndStd_WhenNew_AreHalfOfTheRange()
    {
        var preprocessing = new ImagePreprocessing();
        Assert.Equal(new ChannelValues(127.5f, 127.5f, 127.5f), preprocessing.Mean);
        Assert.Equal(new ChannelValues(127.5f, 127.5f, 127.5f), preprocessing.Std);
    }

    public static TheoryData<string, string, object> Refused => new()
    {
        { "Size", "1 to 4096", new ImagePreprocessing { Size = 0 } },
        { "Size", "1 to 4096", new ImagePreprocessing { Size = 4097 } },
        { "Crop", "one of", new ImagePreprocessing { Crop = (ImageCrop)9 } },
        { "CropFraction", "at most 1", new ImagePreprocessing { CropFraction = 0 } },
        { "CropFraction", "at most 1", new ImagePreprocessing { CropFraction = 1.01 } },
        { "CropFraction", "at most 1", new ImagePreprocessing { CropFraction = double.NaN } },
        { "Interpolation", "one of", new ImagePreprocessing { Interpolation = (ResizeInterpolation)9 } },
        { "ChannelOrder", "one of", new ImagePreprocessing { ChannelOrder = (ImageChannelOrder)9 } },
        { "Mean", "finite", new ImagePreprocessing { Mean = new(0, float.NaN, 0) } },
        { "Std", "above 0", new ImagePreprocessing { Std = new(1, 1, 0) } },
        { "Std", "above 0", new ImagePreprocessing { Std = new(float.PositiveInfinity, 1, 1) } },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public void Preprocessor_WithASettingOutOfRange_ThrowsNamingItAndWhatIsAllowed(string option, string allowed, object preprocessing)
    {
        ArgumentOutOfRangeException error = Assert.Throws<ArgumentOutOfRangeException>(
            () => new ImagePreprocessor((ImagePreprocessing)preprocessing));
        Assert.Equal(option, error.ParamName);
        Assert.Contains(allowed, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Preprocessor_WithNull_Throws() => Assert.Throws<ArgumentNullException>(() => new ImagePreprocessor(null!));
}
