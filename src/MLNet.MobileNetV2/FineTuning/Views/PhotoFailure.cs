namespace MLNet.MobileNetV2.FineTuning.Views;

/// <summary>An image that cannot be used.</summary>
/// <param name="Index">Which one of the images.</param>
/// <param name="Error">Its file and what is wrong with it.</param>
internal sealed record PhotoFailure(int Index, BadImageException Error);
