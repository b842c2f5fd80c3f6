using Microsoft.ML;

namespace MLNet.MobileNetV2.Tests.Parquet;

/// <summary>Features and their origin, drawn from a seed.</summary>
internal static class TestFeatures
{
    public static FeatureOrigin Origin(int count = 5) => new()
    {
        WeightsName = "test-weights",
        WeightsSha256 = new string('a', 64),
        TensorsSha256 = new string('b', 64),
        Preprocessing = new() { Size = 96, CropFraction = 0.9, Mean = new(1.5f, 2.5f, 3.5f), ChannelOrder = ImageChannelOrder.Bgr },
        Padding = PaddingFlavor.PyTorchSymmetric,
        Tap = FeatureTap.Features,
        FeatureCount = count,
        LibraryVersion = "9.8.7",
    };

    /// <summary>What files say that their features came from.</summary>
    public static FeatureOrigin OriginOf(string path) => FeatureOrigin.Of(new MLContext().Data.LoadFromFeatureFiles(path));

    /// <summary>A row: every fifth has no label.</summary>
    public static (string Path, string? Label, float[] Values) Row(int number, int count = 5)
    {
        var random = new Random(number);
        return (
            $"photos/{number}-ü.jpg",
            number % 5 == 0 ? null : $"class {number % 3}",
            [.. Enumerable.Range(0, count).Select(_ => random.NextSingle())]);
    }

    /// <summary>Writes so many rows, beginning with a number.</summary>
    public static string Write(string path, int rows, int first = 0, FeatureOrigin? origin = null, FeatureShare? share = null) =>
        Task.Run(() => WriteAsync(path, rows, first, origin, share)).GetAwaiter().GetResult();

    private static async Task<string> WriteAsync(string path, int rows, int first, FeatureOrigin? origin, FeatureShare? share)
    {
        origin ??= Origin();
        await using FeatureFileWriter writer = await FeatureFileWriter.CreateAsync(path, origin, share);
        for (int row = first; row < first + rows; row++)
        {
            (string name, string? label, float[] values) = Row(row, origin.FeatureCount);
            await writer.AddAsync(name, label, values);
        }

        await writer.CommitAsync();
        return path;
    }
}
