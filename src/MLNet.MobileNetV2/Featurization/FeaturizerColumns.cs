namespace MLNet.MobileNetV2.Featurization;

/// <summary>The columns that one featurizer reads and writes.</summary>
internal sealed record FeaturizerColumns(string Input, ImageColumnKind Kind, string Output);
