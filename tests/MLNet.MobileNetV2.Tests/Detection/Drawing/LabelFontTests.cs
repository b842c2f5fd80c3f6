using MLNet.MobileNetV2.Detection.Drawing;

namespace MLNet.MobileNetV2.Tests.Detection.Drawing;

public sealed class LabelFontTests
{
    [Theory]
    [InlineData("traffic light 87 %")]
    [InlineData("Fußgänger, piéton, пешеход, πεζός")]
    public void For_LatinGreekAndCyrillic_IsTheFontInThePackage(string text) =>
        Assert.Equal("DejaVu Sans", LabelFont.For(text).FamilyName);

    [Fact]
    public void For_CharactersThatNoFontHas_IsAFontAllTheSame() => Assert.NotNull(LabelFont.For("\U000F0000"));
}
