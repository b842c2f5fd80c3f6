namespace MLNet.MobileNetV2.Featurization.Saving;

/// <summary>A row of no columns.</summary>
internal sealed class EmptyRow;
