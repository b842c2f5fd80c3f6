namespace MLNet.MobileNetV2.Cli.Models;

/// <summary>A picture to score. The label is for models that were saved together with their label step; no other reads it.</summary>
internal sealed class ModelInput
{
    public string ImagePath { get; set; } = string.Empty;

    public string Label { get; set; } = string.Empty;
}
