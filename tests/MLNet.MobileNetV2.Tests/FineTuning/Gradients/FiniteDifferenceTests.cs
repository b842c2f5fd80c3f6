using System.Numerics.Tensors;
using MLNet.MobileNetV2.FineTuning.Gradients;
using MLNet.MobileNetV2.Tests.Support;

namespace MLNet.MobileNetV2.Tests.FineTuning.Gradients;

/// <summary>Every gradient against central differences of a naive forward pass in double.</summary>
public class FiniteDifferenceTests
{
    private const double Step = 1e-5;
    private const double Allowed = 1e-3;

    [Theory]
    [InlineData(0, 0, 5, 8, 2)]
    [InlineData(1, 1, 3, 8, 2)]
    [InlineData(2, 3, 2, 40, 1)]
    [InlineData(3, 5, 3, 33, 3)]
    [InlineData(4, 7, 3, 8, 2)]
    [InlineData(5, 7, 2, 9, 1)]
    [InlineData(6, 8, 3, 8, 2)]
    [InlineData(7, 9, 2, 10, 2)]
    [InlineData(8, -1, 3, 8, 2)]
    [InlineData(9, -1, 2, 7, 2)]
    [InlineData(10, -1, 2, 11, 1)]
    public void Run_Frozen_IsTheSlopeOfTheLoss(int seed, int blocks, int samples, int size, int microBatch) =>
        Check(GradientCase.Create(seed, Options(blocks, BatchNormTraining.Frozen, microBatch), samples, size, Padding(seed)));

    [Theory]
    [InlineData(20, 0, 3, 8, 2)]
    [InlineData(21, 1, 3, 8, 2)]
    [InlineData(22, 4, 3, 17, 2)]
    [InlineData(23, -1, 2, 8, 1)]
    public void Run_ScaleAndShift_IsTheSlopeOfTheLoss(int seed, int blocks, int samples, int size, int microBatch) =>
        Check(GradientCase.Create(seed, Options(blocks, BatchNormTraining.ScaleAndShift, microBatch), samples, size, Padding(seed)));

    [Theory]
    [InlineData(30, 1, 4, 64)]
    [InlineData(31, 3, 5, 33)]
    [InlineData(32, -1, 4, 16)]
    public void Run_BatchStatistics_IsTheSlopeOfTheLoss(int seed, int blocks, int samples, int size) =>
        Check(GradientCase.Create(seed, Options(blocks, BatchNormTraining.BatchStatistics, 0), samples, size, Padding(seed)));

    [Theory]
    [InlineData(40, 2, 0, BatchNormTraining.Frozen)]
    [InlineData(41, 2, 5, BatchNormTraining.Frozen)]
    [InlineData(42, -1, 0, BatchNormTraining.ScaleAndShift)]
    [InlineData(43, 0, 5, BatchNormTraining.Frozen)]
    public void Run_SquaredError_IsTheSlopeOfTheLoss(int seed, int blocks, int outputs, BatchNormTraining batchNorm) =>
        Check(GradientCase.Create(
        seed, Options(blocks, batchNorm, 2) with { Loss = GradientLoss.SquaredError }, samples: 3, size: 8, Padding(seed), outputs));

    [Theory]
    [InlineData(60, 0, 3, BatchNormTraining.Frozen)]
    [InlineData(61, 2, 3, BatchNormTraining.ScaleAndShift)]
    [InlineData(62, -1, 3, BatchNormTraining.ScaleAndShift)]
    [InlineData(63, 1, 0, BatchNormTraining.Frozen)]
    public void Run_Distillation_IsTheSlopeOfTheLoss(int seed, int blocks, double featureWeight, BatchNormTraining batchNorm) =>
        Check(GradientCase.Create(
            seed,
            Options(blocks, batchNorm, 2) with { Loss = GradientLoss.Distillation, FeatureWeight = featureWeight },
            samples: 3,
            size: 8,
            Padding(seed)));

    [Theory]
    [InlineData(50, 0, 0, BatchNormTraining.ScaleAndShift)]
    [InlineData(51, 1, 1, BatchNormTraining.Frozen)]
    [InlineData(52, 2, 2, BatchNormTraining.ScaleAndShift)]
    [InlineData(53, 3, 5, BatchNormTraining.ScaleAndShift)]
    [InlineData(54, 0, 2, BatchNormTraining.BatchStatistics)]
    [InlineData(55, 9, 10, BatchNormTraining.ScaleAndShift)]
    [InlineData(56, 10, 10, BatchNormTraining.Frozen)]
    public void Run_OfUnits_IsTheSlopeOfTheErrorOfTheirMap(int seed, int first, int last, BatchNormTraining batchNorm) =>
        Check(GradientCase.Create(
            seed,
            Options(-1, batchNorm, 2) with { Loss = GradientLoss.SquaredError, Units = new(first, last) },
            samples: 3,
            size: 16,
            Padding(seed)));

    private static PaddingFlavor Padding(int seed) => seed % 4 < 2 ? PaddingFlavor.TensorFlowSame : PaddingFlavor.PyTorchSymmetric;

    private static GradientOptions Options(int blocks, BatchNormTraining batchNorm, int microBatch) => new()
    {
        Blocks = blocks < 0 ? FineTuneBlocks.All : FineTuneBlocks.Last(blocks),
        BatchNorm = batchNorm,
        MicroBatch = microBatch,
        ThreadCount = 2,
    };

    private static void Check(GradientCase test)
    {
        using var engine = new GradientEngine(test.Weights, test.Options);
        float[] parameters = new float[engine.Tensors.TotalLength];
        float[] gradient = new float[parameters.Length];
        engine.ReadInitial(parameters);

        GradientResult result = engine.Run(parameters, test.Batch, gradient, TestContext.Current.CancellationToken);

        NaiveTraining naive = test.Naive();
        double loss = test.NaiveLoss(naive);
        Assert.True(naive.KinkDistance >= 1e-3, $"A value is {naive.KinkDistance} from a kink.");
        Assert.InRange(result.LossSum / test.Batch.Normalizer / loss, 1 - 1e-4, 1 + 1e-4);
        var random = new Random(1);

        // A shift that the next batch norm takes away again has a slope of 0: there is nothing to be relative to.
        double smallest = 0.01 * Math.Abs(TensorPrimitives.MaxMagnitude<float>(gradient));
        foreach (TrainedTensor tensor in engine.Tensors)
        {
            float[] own = [.. tensor.In(gradient.AsSpan())];
            double typical = Math.Sqrt(TensorPrimitives.SumOfSquares<float>(own) / own.Length);
            foreach (
                int index in (int[])[TensorPrimitives.IndexOfMaxMagnitude<float>(own), random.Next(own.Length), random.Next(own.Length)])
            {
                double slope = Slope(test, naive, naive.Tensors[tensor.Name], index);
                double error = Math.Abs(slope - own[index]) / Math.Max(Math.Max(Math.Abs(slope), typical), smallest);
                Assert.True(error < Allowed, $"{tensor.Name}[{index}] is {own[index]}; the slope is {slope}, the error {error}.");
            }
        }
    }

    private static double Slope(GradientCase test, NaiveTraining naive, double[] values, int index)
    {
        double start = values[index];
        values[index] = start + Step;
        double above = test.NaiveLoss(naive);
        values[index] = start - Step;
        double below = test.NaiveLoss(naive);
        values[index] = start;
        return (above - below) / (2 * Step);
    }
}
