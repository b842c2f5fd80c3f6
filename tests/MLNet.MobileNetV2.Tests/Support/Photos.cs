using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.MobileNetV2.Tests.Support;

/// <summary>Sample images as data, and the embedded weights' featurizer over them.</summary>
internal static class Photos
{
    public static MobileNetV2FeaturizerOptions Options { get; } = new() { Weights = WeightsSource.Embedded };

    public static PhotoRow[] Rows(int perCategory) => [.. Repository.SampleFiles(perCategory).Select(PhotoRow.Of)];

    public static float[][] Features(this IDataView data, string column = "Features") => [.. data.GetColumn<float[]>(column)];

    /// <summary>Largest absolute difference, with the same shape required.</summary>
    public static double MaxDifference(IReadOnlyList<float[]> expected, IReadOnlyList<float[]> found)
    {
        Assert.Equal(expected.Count, found.Count);
        return expected.Zip(found, (a, b) =>
        {
            Assert.Equal(a.Length, b.Length);
            return a.Zip(b, (x, y) => (double)Math.Abs(x - y)).Max();
        }).Max();
    }
}
