namespace MLNet.MobileNetV2.Cli.Output;

/// <summary>One ImageNet class, its index among the thousand, and its probability.</summary>
internal sealed record IndexedLabelScore(int Index, string Label, float Score);
