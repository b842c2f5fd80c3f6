using Microsoft.ML.Data;

namespace MLNet.MobileNetV2.Featurization.Columns;

/// <summary>A row's features.</summary>
internal sealed class FeaturesRow
{
    public VBuffer<float> Features { get; set; }
}
