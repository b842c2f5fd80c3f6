namespace MLNet.MobileNetV2.Tests.Data;

public sealed class ImageGroupingTests
{
    [Theory]
    [InlineData("parent", "rose/burst 1/a.jpg", "rose/burst 1")]
    [InlineData("parent", "rose/x/burst 1/a.jpg", "rose/x/burst 1")]
    [InlineData("parent", "rose/a.jpg", null)]
    [InlineData("prefix:[^_]+", "rose/cup7_3.jpg", "cup7")]
    [InlineData("prefix:[^_]+", "tulip/cup7_9.jpg", "cup7")]
    [InlineData("prefix:IMG_\\d{4}", "rose/x/IMG_20210.jpg", "IMG_2021")]
    [InlineData("prefix:IMG_\\d{4}", "rose/photo IMG_2021.jpg", null)]
    [InlineData("prefix:a|b", "rose/cb.jpg", null)]
    [InlineData("prefix:a|b", "rose/b.jpg", "b")]
    [InlineData("prefix:a*", "rose/b.jpg", null)]
    public void GroupOf_IsTheFolderOrTheBeginningOfTheName(string grouping, string path, string? expected) =>
        Assert.Equal(expected, ImageGrouping.Parse(grouping).GroupOf(path));

    [Theory]
    [InlineData("")]
    [InlineData("Parent")]
    [InlineData("prefix:")]
    [InlineData("folder")]
    public void Parse_OfAnythingElse_SaysWhatIsAllowed(string text) => Assert.Contains(
        "'parent' or 'prefix:' with a regular expression is allowed",
        Assert.Throws<ArgumentException>(() => ImageGrouping.Parse(text)).Message,
        StringComparison.Ordinal);

    [Theory]
    [InlineData("[")]
    [InlineData("(a)\\1")]
    [InlineData("a(?=b)")]
    public void Prefix_OfAPatternThatIsNotAllowed_SaysSo(string pattern) => Assert.Contains(
        $"The pattern '{pattern}' is no regular expression without back-references and look-around",
        Assert.Throws<ArgumentException>(() => ImageGrouping.Prefix(pattern)).Message,
        StringComparison.Ordinal);

    [Fact]
    public void GroupOf_AHostilePatternAndName_TakesNoTime() =>
        Assert.Null(ImageGrouping.Prefix("(a+)+b").GroupOf($"rose/{new string('a', 20_000)}.jpg"));
}
