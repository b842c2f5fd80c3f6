using Microsoft.ML.Data;
using MLNet.MobileNetV2.Images;

namespace MLNet.MobileNetV2.Featurization;

/// <summary>A row with a decoded picture.</summary>
internal sealed class ImageRow
{
    [UnsizedImage]
    public MLImage? Source { get; set; }
}
