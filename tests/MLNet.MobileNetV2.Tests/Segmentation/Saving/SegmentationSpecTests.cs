using MLNet.MobileNetV2.Segmentation.Saving;

namespace MLNet.MobileNetV2.Tests.Segmentation.Saving;

public sealed class SegmentationSpecTests
{
    private static readonly SegmentationSpec s_spec = new(
        "voc", new ImagePreprocessing { Size = 513 }, ["a", "b \"c\" \\"], 33, SegmentationMapSize.Network, IncludeProbabilities: true);

    [Fact]
    public void Parse_OfWhatToJsonGives_IsTheSame()
    {
        SegmentationSpec read = SegmentationSpec.Parse(s_spec.ToJson());

        Assert.Equal(s_spec with { Labels = read.Labels }, read);
        Assert.Equal(s_spec.Labels, read.Labels);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("[1]")]
    [InlineData("\"mapSide\":33", "\"mapSide\":0")]
    [InlineData("\"mapSide\":33", "\"mapSide\":100000")]
    [InlineData("\"size\":513", "\"size\":-1")]
    [InlineData("\"mapSize\":\"network\"", "\"mapSize\":\"huge\"")]
    [InlineData("\"labels\":[\"a\",", "\"labels\":null,\"other\":[\"a\",")]
    public void Parse_OfSomethingElse_ThrowsInvalidData(string part, string? other = null) => Assert.Throws<InvalidDataException>(
        () => SegmentationSpec.Parse(other is null ? part : s_spec.ToJson().Replace(part, other, StringComparison.Ordinal)));
}
