using Microsoft.ML.Data;

namespace MLNet.MobileNetV2.Featurization.Columns;

/// <summary>A row with a decoded picture.</summary>
internal sealed class ImageRow
{
    [UnsizedImage]
    public MLImage? Source { get; set; }
}
