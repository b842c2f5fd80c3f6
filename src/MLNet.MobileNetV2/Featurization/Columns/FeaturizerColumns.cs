namespace MLNet.MobileNetV2.Featurization.Columns;

/// <summary>The columns that one featurizer reads and writes.</summary>
internal sealed record FeaturizerColumns(string Input, ImageColumnKind Kind, string Output);
