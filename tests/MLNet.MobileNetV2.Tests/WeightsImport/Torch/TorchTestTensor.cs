namespace MLNet.MobileNetV2.Tests.WeightsImport.Torch;

/// <summary>A tensor of a checkpoint that a test writes.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Storage">The storage that it views.</param>
/// <param name="Offset">Its first element.</param>
/// <param name="Sizes">Its dimensions.</param>
/// <param name="Strides">Elements from one position to the next, for each dimension.</param>
internal sealed record TorchTestTensor(string Name, TorchTestStorage Storage, long Offset, long[] Sizes, long[] Strides)
{
    /// <summary>A storage as one vector, by default named as its key.</summary>
    public static TorchTestTensor Vector(TorchTestStorage storage, string? name = null) =>
        new(name ?? storage.Key, storage, 0, [storage.Count], [1]);
}
