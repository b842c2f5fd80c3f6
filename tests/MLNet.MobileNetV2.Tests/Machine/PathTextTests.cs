using MLNet.MobileNetV2.Machine;

namespace MLNet.MobileNetV2.Tests.Machine;

public sealed class PathTextTests
{
    [Theory]
    [InlineData("imagenet", false)]
    [InlineData("imagenet-keras", false)]
    [InlineData("", false)]
    [InlineData("gone.zip", true)]
    [InlineData("folder/gone", true)]
    [InlineData(@"folder\gone", true)]
    public void IsPath_OfTextWithoutAFile_LooksForAnExtensionOrASeparator(string text, bool isPath) =>
        Assert.Equal(isPath, PathText.IsPath(text));
}
