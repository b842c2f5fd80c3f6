using Microsoft.ML.Data;

namespace MLNet.MobileNetV2.Featurization.Columns;

/// <summary>A row with prepared pixels.</summary>
internal sealed class PixelsRow
{
    public VBuffer<float> Source { get; set; }
}
