namespace MLNet.MobileNetV2;

/// <summary>One row of the paper's table 2: a stage of inverted residual blocks (arXiv 1801.04381).</summary>
/// <param name="ExpansionFactor">t: the block's inner channels are its input channels times t.</param>
/// <param name="Channels">c: output channels, before the width multiplier.</param>
/// <param name="Repeats">n: number of blocks in the stage.</param>
/// <param name="Stride">s: stride of the stage's first block; the others have stride 1.</param>
public sealed record InvertedResidualSetting(int ExpansionFactor, int Channels, int Repeats, int Stride);
