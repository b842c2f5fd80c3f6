namespace MLNet.MobileNetV2.WeightsImport.Torch;

/// <summary>A tensor as the pickle describes it, unchecked: <see cref="TensorView"/> checks it once its name is known.</summary>
/// <param name="Storage">The storage that it views.</param>
/// <param name="Offset">Its first element within the storage.</param>
/// <param name="Sizes">Its dimensions.</param>
/// <param name="Strides">Elements from one position to the next, for each dimension.</param>
internal sealed record TorchTensor(TorchStorage Storage, long Offset, object?[] Sizes, object?[] Strides);
