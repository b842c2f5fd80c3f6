using MLNet.MobileNetV2.Detection.Pipeline;
using MLNet.MobileNetV2.Detection.Weights;

namespace MLNet.MobileNetV2.Tests.Detection.Pipeline;

public sealed class DetectionSpecTests
{
    private static readonly DetectionSpec s_spec = new(
        "coco", CocoDetector.Read().Preprocessing, ["cat", "say \"dog\""], BadImageHandling.MissingFeatures);

    [Fact]
    public void Parse_OfItsJson_GivesTheSame()
    {
        DetectionSpec read = DetectionSpec.Parse(s_spec.ToJson());

        Assert.Equal(s_spec.Labels, read.Labels);
        Assert.Equal(s_spec with { Labels = read.Labels }, read);
    }

    [Theory]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("no json")]
    [InlineData("""{"weights":"a","preprocessing":{"size":0},"labels":[],"onBadImage":"throw"}""")]
    [InlineData("""{"weights":"a","preprocessing":{"size":300},"labels":[null],"onBadImage":"throw"}""")]
    [InlineData("""{"weights":"a","preprocessing":{"size":300},"labels":null,"onBadImage":"throw"}""")]
    [InlineData("""{"weights":"a","preprocessing":null,"labels":[],"onBadImage":"throw"}""")]
    [InlineData("""{"weights":"a","preprocessing":{"size":300},"labels":[],"onBadImage":7}""")]
    public void Parse_OfAnotherText_Throws(string json) => Assert.Throws<InvalidDataException>(() => DetectionSpec.Parse(json));

    [Fact]
    public void Objects_OfANetworkThatTheSpecificationDoesNotFit_SayWhatIsWrong()
    {
        Check([0, 0, 0, 1, 1, 0.5f, 2], "found class 2; 2 have a name");
        Check([0, 0, 0, 1, 1, 0.5f, -1], "found class -1");
        Check([0, 0, 0, 1], "gives no detections");

        static void Check(float[] detections, string message)
        {
            var row = new DetectionsRow
            {
                Detections = new(detections.Length, detections), PhotoSize = new(2, [10, 20]), Spec = s_spec.ToJson().AsMemory(),
            };
            Assert.Contains(
                message,
                Assert.Throws<InvalidDataException>(() => new DetectedObjectsMapping().GetMapping()(row, new ObjectsRow())).Message,
                StringComparison.Ordinal);
        }
    }
}
