using MLNet.MobileNetV2.Classification;

namespace MLNet.MobileNetV2.Tests.Classification;

public sealed class TemperatureScalingTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(0.5)]
    public void Fit_FindsByHowMuchScoresAreTooLarge(double temperature)
    {
        var random = new Random(1);
        var logits = new List<float[]>();
        var labels = new List<int>();
        for (int i = 0; i < 20_000; i++)
        {
            double logit = 3 * random.NextDouble();
            labels.Add(random.NextDouble() < 1 / (1 + Math.Exp(-logit)) ? 0 : 1);
            logits.Add([(float)(temperature * logit), 0]);
        }

        Assert.Equal(temperature, TemperatureScaling.Fit(logits, labels), 0.1 * temperature);
    }

    [Fact]
    public void Fit_WhereEveryScoreIsRight_StaysWithinItsBounds() =>
        Assert.InRange(TemperatureScaling.Fit([[5, 0], [0, 5]], [0, 1]), 0.1, 0.2);

    [Fact]
    public void Losses_AreThoseOfTheSoftmax()
    {
        double[] losses = TemperatureScaling.Losses([[2, 0, 1]], [2], temperature: 2);

        Assert.Equal(-Math.Log(Math.Exp(0.5) / (Math.Exp(1) + 1 + Math.Exp(0.5))), losses[0], 9);
    }

    [Fact]
    public void Apply_DividesTheScores()
    {
        SoftmaxWeights scaled = TemperatureScaling.Apply(new([[1, 2], [3, 4]], [0.5f, -0.5f]), 2);

        Assert.Equal([1.75f, 3.25f], scaled.Logits([1, 1]));
    }
}
