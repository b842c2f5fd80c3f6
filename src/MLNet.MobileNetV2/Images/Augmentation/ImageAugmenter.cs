using MLNet.MobileNetV2.Numerics;

namespace MLNet.MobileNetV2.Images.Augmentation;

/// <summary>Makes random views of images in memory.</summary>
/// <remarks>Keeps no state between views. Thread-safe.</remarks>
internal sealed class ImageAugmenter
{
    private readonly ImagePreprocessing _preprocessing;
    private readonly ImageAugmentation _augmentation;

    /// <summary>Checks and keeps the settings.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A setting has a value that is not allowed.</exception>
    public ImageAugmenter(ImagePreprocessing preprocessing, ImageAugmentation augmentation)
    {
        ArgumentNullException.ThrowIfNull(preprocessing);
        ArgumentNullException.ThrowIfNull(augmentation);
        preprocessing.Validate();
        augmentation.Validate();
        _preprocessing = preprocessing;
        _augmentation = augmentation;
    }

    /// <summary>Makes a view: 3 x Size x Size values 0..255, in the preprocessing's channel order.</summary>
    public void Fill(PhotoPixels photo, SplitMix64 random, Span<float> planar)
    {
        int size = _preprocessing.Size;
        ViewGeometry geometry = ViewGeometry.Draw(photo.Width, photo.Height, _preprocessing, _augmentation, ref random);
        using var rgba = new PooledBytes(4 * size * size);
        geometry.Resize(photo, size, rgba.Span);
        PixelTensor.Fill(rgba.Span, planar, _preprocessing.ChannelOrder);

        var planes = new PixelPlanes(planar, _preprocessing.ChannelOrder);
        if (_augmentation.JittersColours)
        {
            ColourJitter.Apply(planes, _augmentation, ref random);
        }

        RandomErasing.Apply(planes, size, _preprocessing.Mean, _augmentation, ref random);
    }
}
