using System.Numerics.Tensors;
using MLNet.MobileNetV2.Detection.Training.Gradients;
using MLNet.MobileNetV2.Detection.Weights;
using MLNet.MobileNetV2.FineTuning.Gradients;

namespace MLNet.MobileNetV2.Tests.Detection.Training.Gradients;

/// <summary>Every gradient against central differences of a naive forward pass in double, and what a run promises beside.</summary>
public class DetectorGradientsTests
{
    private const double Step = 1e-6;
    private const double Allowed = 1e-3;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(0, 0, DetectionLoss.HardNegatives)]
    [InlineData(1, 0, DetectionLoss.Focal)]
    [InlineData(2, 1, DetectionLoss.HardNegatives)]
    [InlineData(3, 2, DetectionLoss.Focal)]
    [InlineData(4, 3, DetectionLoss.Focal)]
    [InlineData(5, 6, DetectionLoss.HardNegatives)]
    [InlineData(6, -1, DetectionLoss.Focal)]
    public void Run_AnyBlocks_IsTheSlopeOfTheLoss(int seed, int blocks, DetectionLoss kind)
    {
        var test = new DetectorCase(seed, seed % 2 == 0 ? PaddingFlavor.TensorFlowSame : PaddingFlavor.PyTorchSymmetric);
        (TrainedTensors tensors, GradientResult result, float[] gradient) = Run(test, blocks, kind, threads: 2);

        var naive = new NaiveDetector(test.Weights);
        double loss = test.NaiveLoss(naive, kind);
        Assert.InRange(result.LossSum / test.SampleWeights.Sum() / loss, 1 - 1e-4, 1 + 1e-4);
        double smallest = 1e-3 * Math.Abs(TensorPrimitives.MaxMagnitude<float>(gradient));

        // Every third tensor, others with each seed: a naive pass takes long.
        foreach (TrainedTensor tensor in tensors.Where((_, place) => place % 3 == seed % 3))
        {
            float[] own = [.. tensor.In(gradient.AsSpan())];
            int index = TensorPrimitives.IndexOfMaxMagnitude<float>(own);
            double slope = Slope(test, kind, naive, naive.Tensors[tensor.Name], index);
            double error = Math.Abs(slope - own[index]) / Math.Max(Math.Abs(slope), smallest);
            Assert.True(error < Allowed, $"{tensor.Name}[{index}] is {own[index]}; the slope is {slope}, the error {error}.");
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(-1)]
    public void Run_AnyNumberOfThreads_GivesTheSameBits(int blocks)
    {
        var test = new DetectorCase(20, PaddingFlavor.TensorFlowSame);

        (_, GradientResult one, float[] first) = Run(test, blocks, DetectionLoss.Focal, threads: 1);
        (_, GradientResult two, float[] second) = Run(test, blocks, DetectionLoss.Focal, threads: 3);

        Assert.Equal(one, two);
        Assert.Equal(first, second);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(99)]
    public void Run_DownToADepth_LeavesTheDeeperOnesAtZero(int depth)
    {
        var test = new DetectorCase(21, PaddingFlavor.TensorFlowSame);
        (TrainedTensors tensors, GradientResult whole, float[] expected) = Run(test, -1, DetectionLoss.Focal, threads: 2);

        (_, GradientResult result, float[] actual) = Run(test, -1, DetectionLoss.Focal, threads: 2, depth);

        Assert.Equal(whole, result);
        foreach (TrainedTensor tensor in tensors)
        {
            float[] own = tensor.In(actual.AsSpan()).ToArray();
            Assert.Equal(tensor.Depth <= depth ? tensor.In(expected.AsSpan()).ToArray() : new float[own.Length], own);
        }
    }

    [Fact]
    public void Run_BatchOfAnotherLength_SaysWhatIsNeeded()
    {
        var test = new DetectorCase(22, PaddingFlavor.TensorFlowSame);
        var detector = new TrainedDetector(test.Weights, FineTuneBlocks.HeadOnly);
        using var engine = new DetectorGradients(detector, DetectionLoss.Focal, threads: 1);
        GradientBatch batch = test.Batch(detector);
        float[] parameters = new float[engine.Tensors.TotalLength];

        ArgumentException error = Assert.Throws<ArgumentException>(
            () => engine.Run(parameters, batch with { Targets = batch.Targets[1..] }, new float[parameters.Length], 0, Token));

        Assert.Contains("Targets", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ToWeights_ChangedParameters_AreInTheTensors()
    {
        var test = new DetectorCase(23, PaddingFlavor.TensorFlowSame);
        using var engine = new DetectorGradients(new(test.Weights, FineTuneBlocks.Last(1)), DetectionLoss.Focal, threads: 1);
        float[] parameters = new float[engine.Tensors.TotalLength];
        engine.ReadInitial(parameters);
        DetectionWeights same = engine.ToWeights(parameters);
        parameters[^1] += 1;

        DetectionWeights changed = engine.ToWeights(parameters);

        foreach ((string name, WeightTensor tensor) in test.Weights.Tensors)
        {
            Assert.Equal(tensor.Values.ToArray(), same.Tensors[name].Values.ToArray());
            Assert.Equal(name != engine.Tensors[^1].Name, changed.Tensors[name].Values.Span.SequenceEqual(tensor.Values.Span));
        }
    }

    private static (TrainedTensors Tensors, GradientResult Result, float[] Gradient) Run(
        DetectorCase test, int blocks, DetectionLoss kind, int threads, int depth = int.MaxValue)
    {
        var detector = new TrainedDetector(test.Weights, blocks < 0 ? FineTuneBlocks.All : FineTuneBlocks.Last(blocks));
        using var engine = new DetectorGradients(detector, kind, threads);
        float[] parameters = new float[engine.Tensors.TotalLength];
        float[] gradient = new float[parameters.Length];
        Array.Fill(gradient, 5);
        engine.ReadInitial(parameters);
        return (engine.Tensors, engine.Run(parameters, test.Batch(detector), gradient, depth, Token), gradient);
    }

    private static double Slope(DetectorCase test, DetectionLoss kind, NaiveDetector naive, double[] values, int index)
    {
        double start = values[index];
        values[index] = start + Step;
        double above = test.NaiveLoss(naive, kind);
        values[index] = start - Step;
        double below = test.NaiveLoss(naive, kind);
        values[index] = start;
        return (above - below) / (2 * Step);
    }
}
