using Microsoft.ML.Data;

namespace MLNet.MobileNetV2.Tests.Support;

/// <summary>An image by path, with columns that only pass through.</summary>
internal sealed class PhotoRow
{
    public string ImagePath { get; set; } = string.Empty;

    public string Label { get; set; } = string.Empty;

    public int Number { get; set; }

    [VectorType(3)]
    public float[] Vector { get; set; } = [0, 0, 0];

    public static PhotoRow Of(string path, int number) => new()
    {
        ImagePath = path,
        Label = Path.GetFileName(Path.GetDirectoryName(path))!,
        Number = number,
        Vector = [number, -number, number * 0.5f],
    };
}

/// <summary>A decoded image.</summary>
internal sealed class DecodedPhotoRow
{
    [UnsizedImage]
    public MLImage? Image { get; set; }

    public int Number { get; set; }
}

/// <summary>An encoded image.</summary>
internal sealed class EncodedPhotoRow
{
    public byte[] Bytes { get; set; } = [];

    public int Number { get; set; }
}

/// <summary>What comes out, with the columns that passed through.</summary>
internal sealed class FeatureRow
{
    public string ImagePath { get; set; } = string.Empty;

    public int Number { get; set; }

    [VectorType(3)]
    public float[] Vector { get; set; } = [];

    [VectorType(1, MobileNetV2Architecture.DefaultFeatureCount)]
    public float[] Features { get; set; } = [];
}

/// <summary>A prediction.</summary>
internal sealed class PredictionRow
{
    public string PredictedLabel { get; set; } = string.Empty;

    public float[] Score { get; set; } = [];
}
