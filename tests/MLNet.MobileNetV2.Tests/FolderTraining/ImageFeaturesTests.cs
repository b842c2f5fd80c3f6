using MLNet.MobileNetV2.FolderTraining;

namespace MLNet.MobileNetV2.Tests.FolderTraining;

public sealed class ImageFeaturesTests
{
    [Theory]
    [InlineData(true, 0, 1, 6)]
    [InlineData(false, float.NaN, float.NaN, float.NaN)]
    [InlineData(false, float.NaN, 1, 6)]
    [InlineData(false, 0, 1, float.NaN)]
    [InlineData(false, 0, float.PositiveInfinity, 6)]
    [InlineData(false, 0, 1, float.NegativeInfinity)]
    public void FeatureRow_IsUsable_WhereEveryFeatureIsANumber(bool expected, float first, float second, float third) =>
        Assert.Equal(expected, new FeatureRow { Features = [first, second, third] }.IsUsable());
}
