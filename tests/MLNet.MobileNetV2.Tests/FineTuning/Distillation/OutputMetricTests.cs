using MLNet.MobileNetV2.FineTuning.Distillation;

namespace MLNet.MobileNetV2.Tests.FineTuning.Distillation;

public sealed class OutputMetricTests
{
    private const int Classes = 4;

    [Fact]
    public void Of_IsTheFeaturesAndTheCentredClassifierOfEqualVariance()
    {
        MobileNetV2Weights weights = TinyNetwork.Weights.ResetClassifier(Classes, seed: 1);
        using var teacher = new TeacherBatch(weights);
        int features = weights.FeatureCount;

        float[] map = OutputMetric.Of(weights, teacher.Batch);

        Assert.Equal((features + Classes) * features, map.Length);
        for (int feature = 0; feature < features; feature++)
        {
            Assert.Equal(1, map[(feature * features) + feature]);
            Assert.Equal(0, Enumerable.Range(0, Classes).Sum(k => map[((features + k) * features) + feature]), 1e-4);
        }

        using var compared = new TeacherBatch(OutputMetric.On(weights, map));
        float[] outputs = compared.Batch.Output("logits", TeacherBatch.Count).ToArray();
        double[] variances =
        [
            .. Enumerable.Range(0, features + Classes).Select(
                output => MapVariance.OfChannel(outputs, TeacherBatch.Count, features + Classes, output).Variance),
        ];
        Assert.Equal(1, variances[..features].Sum() / variances[features..].Sum(), 1e-2);
    }
}
