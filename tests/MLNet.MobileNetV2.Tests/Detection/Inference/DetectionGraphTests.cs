using Microsoft.ML.OnnxRuntime;
using MLNet.MobileNetV2.Detection.Anchors;
using MLNet.MobileNetV2.Detection.Boxes;
using MLNet.MobileNetV2.Detection.Inference;
using MLNet.MobileNetV2.Detection.Weights;
using MLNet.MobileNetV2.Tests.Detection.Weights;

namespace MLNet.MobileNetV2.Tests.Detection.Inference;

/// <summary>The graph of a small detector whose weights are drawn, against the same steps in C#.</summary>
public sealed class DetectionGraphTests
{
    private const int Side = DetectionTestWeights.Side, Images = 3;

    private static readonly DetectionWeights s_weights = DetectionTestWeights.Create();

    [Theory]
    [InlineData(0.5f, 0.5f, 20)]
    [InlineData(0f, 0.01f, 1917)]
    [InlineData(0.52f, 1f, 5)]
    [InlineData(0.99f, 0.5f, 5)]
    public void Detections_OfEachImage_AreThoseOfTheSuppressionInCSharp(float score, float overlap, int top)
    {
        int rows = s_weights.Anchors.Anchors.Count;
        int classes = s_weights.Labels.Count;
        using InferenceSession session = DetectionRun.Load(s_weights, score, overlap, top);

        DetectionRun run = DetectionRun.Of(session, Pixels(), s_weights);

        var suppression = new NonMaximumSuppression(score, overlap, top);
        for (int image = 0; image < Images; image++)
        {
            RelativeBox[] boxes = run.Boxes[(image * rows)..][..rows];
            IReadOnlyList<KeptBox> expected = suppression.AcrossClasses(boxes, run.Scores.AsSpan(image * rows * classes, rows * classes));
            Assert.Equal(
                expected.Select(kept => new DetectionRow(image, boxes[kept.Row], kept.Score, kept.Class)),
                run.Detections.Where(row => row.Image == image));
        }
    }

    [Fact]
    public void Detections_OfEqualScores_TakeTheLowerRowAndClass()
    {
        Dictionary<string, WeightTensor> tensors = DetectionTestWeights.Tensors();
        foreach (string name in tensors.Keys.Where(name => name.StartsWith("classes.", StringComparison.Ordinal)).ToArray())
        {
            tensors[name] = new(tensors[name].Shape, new float[tensors[name].Values.Length]);
        }

        var weights = new DetectionWeights(
            "drawn", DetectionTestWeights.Architecture, DetectionTestWeights.Labels, tensors, DetectionTestWeights.Preprocessing);
        using InferenceSession session = DetectionRun.Load(weights, 0.4f, 0.5f, 30);

        DetectionRun run = DetectionRun.Of(session, Pixels()[..(3 * Side * Side)], weights);

        Assert.All(run.Scores, score => Assert.Equal(0.5f, score));
        IReadOnlyList<KeptBox> expected = new NonMaximumSuppression(0.4f, 0.5f, 30).AcrossClasses(run.Boxes, run.Scores);
        Assert.Equal(30, expected.Count);
        Assert.Equal(expected.Select(kept => new DetectionRow(0, run.Boxes[kept.Row], 0.5f, 0)), run.Detections);
    }

    [Fact]
    public void Boxes_AreAnchorsMovedByTheOffsets()
    {
        Dictionary<string, WeightTensor> tensors = DetectionTestWeights.Tensors();
        foreach (string name in tensors.Keys.Where(name => name.StartsWith("boxes.", StringComparison.Ordinal)).ToArray())
        {
            tensors[name] = new(tensors[name].Shape, new float[tensors[name].Values.Length]);
        }

        float[] offsets = [.. Enumerable.Range(0, 24).Select(i => (i - 11) / 3f)];
        tensors["boxes.1.1.bias"] = new([24], offsets);
        var weights = new DetectionWeights(
            "drawn", DetectionTestWeights.Architecture, DetectionTestWeights.Labels, tensors, DetectionTestWeights.Preprocessing);
        using InferenceSession session = DetectionRun.Load(weights, 0.4f, 0.5f, 30);

        DetectionRun run = DetectionRun.Of(session, Pixels()[..(3 * Side * Side)], weights);

        int first = 6 * 6 * 3;
        foreach ((int row, Anchor anchor) in weights.Anchors.Anchors.Index())
        {
            ReadOnlySpan<float> of = row >= first && row < first + (3 * 3 * 6) ? offsets.AsSpan((row - first) % 6 * 4, 4) : new float[4];
            RelativeBox expected = BoxCoder.Decode(anchor, new(of[0], of[1], of[2], of[3]));
            Assert.Equal(expected.Top, run.Boxes[row].Top, 1e-5f);
            Assert.Equal(expected.Left, run.Boxes[row].Left, 1e-5f);
            Assert.Equal(expected.Bottom, run.Boxes[row].Bottom, 1e-5f);
            Assert.Equal(expected.Right, run.Boxes[row].Right, 1e-5f);
        }
    }

    [Fact]
    public void Thresholds_AreInputsToo()
    {
        using InferenceSession session = DetectionRun.Load(s_weights, 0.9f, 0.5f, 1);
        using InferenceSession other = DetectionRun.Load(s_weights, 0.1f, 0.3f, 7);
        float[] pixels = Pixels();
        using OrtValue input = OrtValue.CreateTensorValueFromMemory(pixels, [Images, 3, Side, Side]);
        using OrtValue score = OrtValue.CreateTensorValueFromMemory([0.1f], [1]);
        using OrtValue overlap = OrtValue.CreateTensorValueFromMemory([MathF.BitDecrement(0.3f)], [1]);
        using OrtValue top = OrtValue.CreateTensorValueFromMemory([7L], [1]);
        using var options = new RunOptions();
        using IDisposableReadOnlyCollection<OrtValue> results = session.Run(
            options,
            ["pixels", DetectionGraph.ScoreThreshold, DetectionGraph.OverlapThreshold, DetectionGraph.Top],
            [input, score, overlap, top],
            [DetectionGraph.Detections]);

        float[] expected = [.. DetectionRun.Of(other, pixels, s_weights).Detections.Select(row => row.Score)];
        Assert.Equal(Images * 7, expected.Length);
        Assert.Equal(expected, results[0].GetTensorDataAsSpan<float>().ToArray().Chunk(DetectionRow.Length).Select(row => row[5]));
    }

    private static float[] Pixels()
    {
        var random = new Random(5);
        return [.. Enumerable.Range(0, Images * 3 * Side * Side).Select(_ => random.NextSingle() * 255)];
    }
}
