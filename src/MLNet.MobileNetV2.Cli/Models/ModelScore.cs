namespace MLNet.MobileNetV2.Cli.Models;

/// <summary>A model's probability of each class.</summary>
internal sealed class ModelScore
{
    public float[] Score { get; set; } = [];
}
