using MLNet.MobileNetV2.FineTuning.Gradients;
using MLNet.MobileNetV2.Tests.Support;

namespace MLNet.MobileNetV2.Tests.FineTuning.Gradients;

/// <summary>A small network and a batch, drawn from a seed, with every value at least 1e-3 away from ReLU6's kinks.</summary>
internal sealed class GradientCase
{
    public const int Classes = 3;

    private GradientCase(MobileNetV2Weights weights, GradientOptions options, GradientBatch batch, int side)
    {
        Weights = weights;
        Options = options;
        Batch = batch;
        Side = side;
    }

    public MobileNetV2Weights Weights { get; }

    public GradientOptions Options { get; }

    public GradientBatch Batch { get; }

    /// <summary>Side of the samples' maps.</summary>
    public int Side { get; }

    public float[] Inputs => Batch.Inputs.ToArray();

    public float[] Targets => Batch.Targets.ToArray();

    public float[] SampleWeights => Batch.Weights.ToArray();

    public static GradientCase Create(
        int seed,
        GradientOptions options,
        int samples,
        int size = 8,
        PaddingFlavor padding = PaddingFlavor.PyTorchSymmetric,
        int classes = Classes,
        MobileNetV2Architecture? network = null)
    {
        MobileNetV2Architecture architecture = (network ?? RandomWeights.Narrow()).With(classes, 32, padding);
        var preprocessing = new ImagePreprocessing
        {
            Size = size,
            ChannelOrder = seed % 2 == 0 ? ImageChannelOrder.Rgb : ImageChannelOrder.Bgr,
            Mean = new ChannelValues(120, 110, 100),
            Std = new ChannelValues(60, 58, 57),
        };
        BatchNormForm form = seed % 2 == 0 ? BatchNormForm.Folded : BatchNormForm.Apart;
        MobileNetV2Weights weights = RandomWeights.Create(seed, architecture, preprocessing, form, epsilon: 1e-3f);
        using var engine = new GradientEngine(weights, options);
        int side = engine.InputShape.Count == 1 ? 1 : engine.InputShape[^1];
        var random = new Random(seed + 1000);
        bool arePixels = options.Units is { } range ? range.First == 0 : engine.InputTap is null;
        float[] inputs = Draw(samples * engine.InputShape.Aggregate((a, b) => a * b), arePixels ? 255 : 1);
        if (options.Units is not null || options.Blocks != FineTuneBlocks.HeadOnly)
        {
            weights = new NaiveTraining(weights, options.Blocks, options.BatchNorm, options.Units).MoveFromKinks(inputs, samples, side);
        }

        float[] targets = Draw(samples * engine.TargetCount, 1);
        float[] kept = [.. Draw(samples * engine.FeatureCount, 1).Select(v => v < 0.2f ? 0 : 1.25f)];
        return new(
            weights,
            options,
            new GradientBatch
            {
                Count = samples,
                Inputs = inputs,
                Targets = targets,
                Weights = Draw(samples, 2),
                Dropout = seed % 3 == 0 || options.Units is not null ? default : kept,
                Normalizer = 1.7,
            },
            side);

        float[] Draw(int count, float most) => [.. Enumerable.Range(0, count).Select(_ => (float)random.NextDouble() * most)];
    }

    public NaiveTraining Naive() => new(Weights, Options.Blocks, Options.BatchNorm, Options.Units);

    /// <summary>The loss of the naive network with what its tensors are now, divided by the normalizer.</summary>
    public double NaiveLoss(NaiveTraining naive)
    {
        (double[][] Outputs, double[][] Features) found =
            naive.Both(Inputs, Batch.Count, Side, Batch.Dropout.IsEmpty ? null : Batch.Dropout.ToArray());
        return (Options.Loss == GradientLoss.Distillation
            ? DistillationLoss(found, Targets, SampleWeights, Options.FeatureWeight)
            : NaiveTraining.Loss(found.Outputs, Targets, SampleWeights, Options.Loss == GradientLoss.CrossEntropy)) / Batch.Normalizer;
    }

    // Divergence at a temperature of 2, times its square, and weighted error of the features.
    private static double DistillationLoss(
        (double[][] Outputs, double[][] Features) found, float[] targets, float[] weights, double featureWeight)
    {
        double sum = 0;
        int length = targets.Length / weights.Length;
        for (int n = 0; n < weights.Length; n++)
        {
            float[] own = targets[(n * length)..((n + 1) * length)];
            double[] row = [.. found.Outputs[n].Select(value => value / 2)];
            double total = Math.Log(row.Sum(v => Math.Exp(v - row.Max()))) + row.Max();
            double loss = 4 * row.Select((v, k) => own[k] * (Math.Log(own[k]) - v + total)).Sum();
            if (length > row.Length)
            {
                loss += featureWeight * found.Features[n].Select((v, i) => Math.Pow(v - own[row.Length + i], 2)).Average();
            }

            sum += weights[n] * loss;
        }

        return sum;
    }
}
