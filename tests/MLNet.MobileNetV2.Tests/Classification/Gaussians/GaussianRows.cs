using MLNet.MobileNetV2.Numerics;

namespace MLNet.MobileNetV2.Tests.Classification.Gaussians;

/// <summary>Rows of classes that are normally distributed.</summary>
internal static class GaussianRows
{
    /// <summary>Rows whose classes lie apart along the first features, class after class in turn.</summary>
    public static (float[][] Rows, int[] Labels) Of(int count, int classes, int features, int seed, double apart = 4)
    {
        var random = new SplitMix64(seed);
        int[] labels = [.. Enumerable.Range(0, count).Select(row => row % classes)];
        float[][] rows = Array.ConvertAll(labels, label =>
        {
            float[] row = new float[features];
            for (int i = 0; i < features; i++)
            {
                row[i] = (float)((i == label ? apart : 0) + (random.NextNormal() * (i % 3 == 0 ? 2 : 0.5)));
            }

            return row;
        });
        return (rows, labels);
    }
}
