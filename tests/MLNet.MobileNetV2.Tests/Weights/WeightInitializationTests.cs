namespace MLNet.MobileNetV2.Tests.Weights;

public sealed class WeightInitializationTests
{
    private static readonly MobileNetV2Weights s_weights = MobileNetV2Weights.Initialize(MobileNetV2Architecture.Default, seed: 1);

    [Fact]
    public void Initialize_DrawsKernelsWithTheDeviationOfTheirFanOut() => Assert.All(
        MobileNetV2Architecture.Default.Convolutions().Select(layer => $"{layer.Name}.weight"), name =>
        {
            WeightTensor kernel = s_weights.Tensors[name];
            double deviation = Math.Sqrt(2.0 / (kernel.Shape[0] * kernel.Shape[2] * kernel.Shape[3]));
            CheckNormal(kernel, deviation);
        });

    [Fact]
    public void Initialize_DrawsTheClassifierWithDeviationOfAHundredthAndNoBias()
    {
        CheckNormal(s_weights.Tensors["classifier.1.weight"], 0.01);
        Assert.All(s_weights.Tensors["classifier.1.bias"].Values.ToArray(), value => Assert.Equal(0, value));
    }

    [Fact]
    public void Initialize_HasOnesAndZerosForBatchNorm()
    {
        Assert.Equal(BatchNormForm.Apart, s_weights.BatchNorm);
        Assert.All(MobileNetV2Architecture.Default.Convolutions(), layer =>
        {
            Assert.All(Values($"{layer.BatchNormName}.weight"), value => Assert.Equal(1, value));
            Assert.All(Values($"{layer.BatchNormName}.running_var"), value => Assert.Equal(1, value));
            Assert.All(Values($"{layer.BatchNormName}.bias"), value => Assert.Equal(0, value));
            Assert.All(Values($"{layer.BatchNormName}.running_mean"), value => Assert.Equal(0, value));
        });
    }

    [Fact]
    public void Initialize_WithTheSameSeed_GivesTheSameWeights()
    {
        var architecture = new MobileNetV2Architecture(7, 0.35, resolution: 96);

        MobileNetV2Weights[] drawn =
            [
                MobileNetV2Weights.Initialize(architecture, 5),
                MobileNetV2Weights.Initialize(architecture, 5),
                MobileNetV2Weights.Initialize(architecture, 6),
            ];

        Assert.All(drawn[0].Tensors, pair => Assert.Equal(pair.Value.Values.ToArray(), drawn[1].Tensors[pair.Key].Values.ToArray()));
        Assert.NotEqual(drawn[0].Tensors["features.0.0.weight"].Values.ToArray(), drawn[2].Tensors["features.0.0.weight"].Values.ToArray());
        Assert.Equal((96, 7), (drawn[0].Preprocessing.Size, drawn[0].ClassCount));
    }

    [Fact]
    public void Initialize_WithPreprocessing_TakesItsSizeForTheNetworks()
    {
        var weights = MobileNetV2Weights.Initialize(MobileNetV2Architecture.Default, 1, new ImagePreprocessing { Size = 160 });

        Assert.Equal((160, 160), (weights.Preprocessing.Size, weights.Architecture.Resolution));
    }

    [Fact]
    public void ResetClassifier_GivesANewOneAndKeepsTheRest()
    {
        MobileNetV2Weights weights = s_weights.ResetClassifier(12, seed: 3);

        Assert.Equal((12, 12), (weights.ClassCount, weights.Architecture.NumClasses));
        Assert.Equal([12, 1280], weights.Tensors["classifier.1.weight"].Shape);
        CheckNormal(weights.Tensors["classifier.1.weight"], 0.01);
        Assert.Equal(
            weights.Tensors["classifier.1.weight"].Values.ToArray(),
            s_weights.ResetClassifier(12, seed: 3).Tensors["classifier.1.weight"].Values.ToArray());
        Assert.Null(weights.Sha256);
        Assert.Same(s_weights.Tensors["features.0.0.weight"], weights.Tensors["features.0.0.weight"]);
    }

    [Fact]
    public void ResetClassifier_ToNoClasses_TakesItAway()
    {
        MobileNetV2Weights weights = s_weights.ResetClassifier(0);

        Assert.Null(weights.ClassCount);
        Assert.DoesNotContain("classifier.1.weight", weights.Tensors.Keys);
        Assert.Equal(5, weights.ResetClassifier(5).ClassCount);
    }

    [Fact]
    public void ResetClassifier_BelowZero_Throws() =>
        Assert.Contains(
            "numClasses is -1",
            Assert.Throws<ArgumentOutOfRangeException>(() => s_weights.ResetClassifier(-1)).Message,
            StringComparison.Ordinal);

    private static float[] Values(string name) => s_weights.Tensors[name].Values.ToArray();

    // Five standard errors of the mean and of the deviation: a right sample fails once in a million.
    private static void CheckNormal(WeightTensor tensor, double deviation)
    {
        float[] values = tensor.Values.ToArray();
        double mean = values.Average(value => (double)value);
        double found = Math.Sqrt(values.Average(value => value * (double)value));
        Assert.InRange(mean, -5 * deviation / Math.Sqrt(values.Length), 5 * deviation / Math.Sqrt(values.Length));
        Assert.InRange(
            found, deviation * (1 - (5 / Math.Sqrt(2.0 * values.Length))), deviation * (1 + (5 / Math.Sqrt(2.0 * values.Length))));

        // Within one deviation lie 68 %, within two 95 %.
        double error = 5 * Math.Sqrt(0.25 / values.Length);
        Assert.InRange(values.Count(value => Math.Abs(value) < deviation) / (double)values.Length, 0.6827 - error, 0.6827 + error);
        Assert.InRange(values.Count(value => Math.Abs(value) < 2 * deviation) / (double)values.Length, 0.9545 - error, 0.9545 + error);
    }
}
