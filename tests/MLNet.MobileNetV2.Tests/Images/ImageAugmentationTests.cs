namespace MLNet.MobileNetV2.Tests.Images;

public sealed class ImageAugmentationTests
{
    [Fact]
    public void Augmentation_WhenNew_ChangesNothing()
    {
        var augmentation = new ImageAugmentation();
        Assert.True(augmentation.IsNone);
        Assert.Equal(ImageAugmentation.None, augmentation);
    }

    [Fact]
    public void Light_IsAFlipAndAMildCrop() => Assert.Equal(
        new ImageAugmentation
        {
            HorizontalFlipProbability = 0.5, SmallestCropArea = 0.6, SmallestCropAspectRatio = 0.8, GreatestCropAspectRatio = 1.25,
        },
        ImageAugmentation.Light);

    [Fact]
    public void Standard_IsTorchvisionsRecipe() =>
        Assert.Equal(new ImageAugmentation { HorizontalFlipProbability = 0.5, SmallestCropArea = 0.08 }, ImageAugmentation.Standard);

    [Fact]
    public void Strong_IsStandardWithRotationJitterAndErasing() => Assert.Equal(
        ImageAugmentation.Standard with
        {
            RotationDegrees = 15, Brightness = 0.4, Contrast = 0.4, Saturation = 0.4, Hue = 0, ErasingProbability = 0.25,
        },
        ImageAugmentation.Strong);

    public static TheoryData<object> EachChange => new()
    {
        new ImageAugmentation { SmallestCropArea = 0.99 },
        new ImageAugmentation { HorizontalFlipProbability = 0.1 },
        new ImageAugmentation { RotationDegrees = 1 },
        new ImageAugmentation { Brightness = 0.1 },
        new ImageAugmentation { Contrast = 0.1 },
        new ImageAugmentation { Saturation = 0.1 },
        new ImageAugmentation { Hue = 0.1 },
        new ImageAugmentation { ErasingProbability = 0.1 },
    };

    [Theory]
    [MemberData(nameof(EachChange))]
    public void IsNone_WithAnyChange_IsFalse(object augmentation) => Assert.False(((ImageAugmentation)augmentation).IsNone);

    [Fact]
    public void IsNone_WithTheShapeOfWhatIsNotDone_IsTrue() =>
        Assert.True(new ImageAugmentation { GreatestErasedArea = 0.5, GreatestCropAspectRatio = 2 }.IsNone);

    [Fact]
    public void FromName_OfEachPreset_IsThePreset()
    {
        Assert.Equal(
            [
                ImageAugmentation.None,
                ImageAugmentation.Light,
                ImageAugmentation.Medium,
                ImageAugmentation.Standard,
                ImageAugmentation.Strong,
            ],
            ImageAugmentation.PresetNames.Select(ImageAugmentation.FromName));
        Assert.Same(ImageAugmentation.Strong, ImageAugmentation.FromName("STRONG"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("huge")]
    public void FromName_OfNoPreset_ThrowsNamingItAndWhatIsAllowed(string name)
    {
        ArgumentException error = Assert.Throws<ArgumentException>(() => ImageAugmentation.FromName(name));
        Assert.Contains($"'{name}'; none, light, medium, standard, strong", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void FromName_OfNull_Throws() => Assert.Throws<ArgumentNullException>(() => ImageAugmentation.FromName(null!));

    public static TheoryData<string, string, object> Refused => new()
    {
        { "SmallestCropArea", "at most GreatestCropArea = 1.", new ImageAugmentation { SmallestCropArea = 0 } },
        { "SmallestCropArea", "at most GreatestCropArea = 1.", new ImageAugmentation { SmallestCropArea = 1.1 } },
        { "SmallestCropArea", "at most GreatestCropArea = 0.5.", new ImageAugmentation { SmallestCropArea = 0.6, GreatestCropArea = 0.5 } },
        { "SmallestCropArea", "at most", new ImageAugmentation { SmallestCropArea = double.NaN } },
        { "GreatestCropArea", "at most 1.", new ImageAugmentation { GreatestCropArea = 1.5 } },
        { "GreatestCropArea", "more than 0", new ImageAugmentation { GreatestCropArea = 0 } },
        { "SmallestCropAspectRatio", "0.1 to", new ImageAugmentation { SmallestCropAspectRatio = 0.09 } },
        { "SmallestCropAspectRatio", "GreatestCropAspectRatio", new ImageAugmentation { SmallestCropAspectRatio = 2 } },
        { "GreatestCropAspectRatio", "0.1 to 10", new ImageAugmentation { GreatestCropAspectRatio = 11 } },
        { "HorizontalFlipProbability", "0 to 1.", new ImageAugmentation { HorizontalFlipProbability = -0.1 } },
        { "HorizontalFlipProbability", "0 to 1.", new ImageAugmentation { HorizontalFlipProbability = double.NaN } },
        { "RotationDegrees", "0 to 180", new ImageAugmentation { RotationDegrees = 181 } },
        { "Brightness", "0 to 1.", new ImageAugmentation { Brightness = 1.1 } },
        { "Contrast", "0 to 1.", new ImageAugmentation { Contrast = -1 } },
        { "Saturation", "0 to 1.", new ImageAugmentation { Saturation = 2 } },
        { "Hue", "0 to 0.5.", new ImageAugmentation { Hue = 0.6 } },
        { "ErasingProbability", "0 to 1.", new ImageAugmentation { ErasingProbability = 1.01 } },
        { "SmallestErasedArea", "GreatestErasedArea", new ImageAugmentation { SmallestErasedArea = 0.5 } },
        { "GreatestErasedArea", "at most 1.", new ImageAugmentation { GreatestErasedArea = 2 } },
        { "SmallestErasedAspectRatio", "0.1 to", new ImageAugmentation { SmallestErasedAspectRatio = 0 } },
        { "GreatestErasedAspectRatio", "0.1 to 10", new ImageAugmentation { GreatestErasedAspectRatio = double.PositiveInfinity } },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public void Validate_OfASettingOutOfRange_ThrowsNamingItAndWhatIsAllowed(string option, string allowed, object augmentation)
    {
        ArgumentOutOfRangeException error = Assert.Throws<ArgumentOutOfRangeException>(((ImageAugmentation)augmentation).Validate);
        Assert.Equal(option, error.ParamName);
        Assert.Contains(allowed, error.Message, StringComparison.Ordinal);
        Assert.Contains(FormattableString.Invariant($"{option} is {error.ActualValue};"), error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Validate_OfThePresets_Passes()
    {
        foreach (string name in ImageAugmentation.PresetNames)
        {
            ImageAugmentation.FromName(name).Validate();
        }
    }
}
