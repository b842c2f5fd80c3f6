namespace MLNet.MobileNetV2.FineTuning.Views;

/// <summary>A photo that cannot be used.</summary>
/// <param name="Index">Which one of the photos.</param>
/// <param name="Error">Its file and what is wrong with it.</param>
internal sealed record PhotoFailure(int Index, BadImageException Error);
