using MLNet.MobileNetV2.Detection.Anchors;
using MLNet.MobileNetV2.Detection.Training;
using MLNet.MobileNetV2.Detection.Weights;
using MLNet.MobileNetV2.Tests.Detection.Weights;

namespace MLNet.MobileNetV2.Tests.Detection.Training;

public sealed class DetectorStartTests
{
    private static readonly DetectionWeights s_from = DetectionTestWeights.Create();

    [Fact]
    public void Create_NewClasses_KeepsAllButWhatPredictsThem()
    {
        DetectionWeights start = DetectorStart.Create(s_from, ["a", "b"], shapes: null, seed: 1);

        Assert.Equal(["a", "b"], start.Labels);
        Assert.Equal(s_from.Anchors.Anchors, start.Anchors.Anchors);
        foreach ((string name, WeightTensor tensor) in s_from.Tensors)
        {
            bool isNew = name.StartsWith("classes.", StringComparison.Ordinal) && name.Split('.').Length == 4 && name.Split('.')[2] == "1";
            Assert.Equal(!isNew, start.Tensors[name].Values.Span.SequenceEqual(tensor.Values.Span));
        }

        // Each class begins with a probability of 1 in 100.
        Assert.All(start.Tensors["classes.2.1.bias"].Values.ToArray(), bias => Assert.Equal(0.01, 1 / (1 + Math.Exp(-bias)), 1e-6));
        float[] kernel = start.Tensors["classes.1.1.weight"].Values.ToArray();
        Assert.Equal(0, kernel.Average(), 1e-3);
        Assert.Equal(0.01, Math.Sqrt(kernel.Average(value => value * value)), 1e-3);
    }

    [Fact]
    public void Create_AnotherSeed_DrawsOthers()
    {
        float[] Kernel(long seed) =>
            DetectorStart.Create(s_from, ["a", "b"], shapes: null, seed).Tensors["classes.0.1.weight"].Values.ToArray();

        Assert.Equal(Kernel(1), Kernel(1));
        Assert.NotEqual(Kernel(1), Kernel(2));
    }

    [Fact]
    public void Create_Shapes_BecomeTheAnchors()
    {
        AnchorShape[][] shapes = [.. s_from.Anchors.Maps.Select((map, index) =>
            map.Shapes.Select((_, shape) => new AnchorShape(0.1f * (index + 1), 0.05f * (shape + 1))).ToArray())];

        DetectionWeights start = DetectorStart.Create(s_from, ["a"], shapes, seed: 1);

        Assert.Equal(shapes, start.Anchors.Maps.Select(map => map.Shapes));
    }
}
