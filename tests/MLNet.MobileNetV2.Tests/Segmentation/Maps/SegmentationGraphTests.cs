using Microsoft.ML.OnnxRuntime;
using MLNet.MobileNetV2.Segmentation.Maps;
using MLNet.MobileNetV2.Tests.WeightsImport.TfLite;
using MLNet.MobileNetV2.Weights;
using MLNet.MobileNetV2.WeightsImport.TfLite;

namespace MLNet.MobileNetV2.Tests.Segmentation.Maps;

/// <summary>The graph of a small network that is laid out by hand.</summary>
public sealed class SegmentationGraphTests
{
    private const int Side = 65, Classes = 4;

    [Fact]
    public void Write_WithClasses_ResizesWithAlignedCornersForEachImageOfABatch()
    {
        SegmentationWeights weights = Read(File());

        (float[] logits, long[] classes) = Run(weights, keepsRanges: true, images: 2);

        int length = Classes * weights.MapSide * weights.MapSide;
        for (int image = 0; image < 2; image++)
        {
            var map = new LogitMap(logits.AsSpan(image * length, length), weights.MapSide, Classes, Side);
            byte[] expected = map.Classes(Side, Side, TestContext.Current.CancellationToken);
            double equal = expected.Zip(classes.Skip(image * Side * Side)).Average(pair => pair.First == pair.Second ? 1.0 : 0.0);
            Assert.InRange(equal, 0.999, 1);
        }
    }

    [Fact]
    public void Write_WithRanges_KeepsResultsInThem()
    {
        TfLiteTestFile file = File();
        int logits = file.Operators.Single(op => op.Name == "logits.0").Outputs[0];
        file.Tensors[logits].Scales = [0.01f];
        file.Tensors[logits].ZeroPoints = [55];
        SegmentationWeights weights = Read(file);

        float[] kept = Run(weights, keepsRanges: true, images: 1).Logits;
        float[] free = Run(weights, keepsRanges: false, images: 1).Logits;

        Assert.Equal((-0.55f, 2f), weights.Ranges["logits.0"]);
        Assert.Equal(free.Select(value => Math.Clamp(value, -0.55f, 2)), kept);
        Assert.NotEqual(free, kept);
    }

    private static TfLiteTestFile File() =>
        new(TfLiteTestFile.UInt8, width: 0.35, side: Side, outputStride: 16, segmentationClasses: Classes);

    private static SegmentationWeights Read(TfLiteTestFile file) => TfLiteReader.ReadSegmentation("file", "test", file.Write());

    private static (float[] Logits, long[] Classes) Run(SegmentationWeights weights, bool keepsRanges, int images)
    {
        using var session = new InferenceSession(SegmentationGraph.Write(weights, keepsRanges, withClasses: true));
        var random = new Random(5);
        float[] pixels = [.. Enumerable.Range(0, images * 3 * Side * Side).Select(_ => random.NextSingle() * 255)];
        using OrtValue input = OrtValue.CreateTensorValueFromMemory(pixels, [images, 3, Side, Side]);
        using var options = new RunOptions();
        using IDisposableReadOnlyCollection<OrtValue> results = session.Run(options, ["pixels"], [input], ["logits", "classes"]);
        Assert.Equal([images, Side, Side], results[1].GetTensorTypeAndShape().Shape);
        return (results[0].GetTensorDataAsSpan<float>().ToArray(), results[1].GetTensorDataAsSpan<long>().ToArray());
    }
}
