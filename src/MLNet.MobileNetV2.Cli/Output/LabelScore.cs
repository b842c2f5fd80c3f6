namespace MLNet.MobileNetV2.Cli.Output;

/// <summary>One class and its probability.</summary>
internal sealed record LabelScore(string Label, float Score);
