using Microsoft.ML.Data;
using MLNet.MobileNetV2.Network;

namespace MLNet.MobileNetV2.Cli.Training;

/// <summary>A picture's features and class, kept in memory between featurizing and training.</summary>
internal sealed class FeatureRow
{
    public string ImagePath { get; set; } = string.Empty;

    public string Label { get; set; } = string.Empty;

    [VectorType(1, MobileNetV2Architecture.DefaultFeatureCount)]
    public float[] Features { get; set; } = [];
}
