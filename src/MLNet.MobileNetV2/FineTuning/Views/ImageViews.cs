using MLNet.MobileNetV2.Images;
using MLNet.MobileNetV2.Images.Augmentation;

namespace MLNet.MobileNetV2.FineTuning.Views;

/// <summary>The views of images that a network is trained and judged on.</summary>
/// <remarks>
/// A view is a function of seed, epoch and image alone: workers may make views in any order, and a resumed run gets the same ones.
/// Thread-safe. The images stay the caller's to dispose.
/// </remarks>
internal sealed class ImageViews
{
    private readonly ImageMemory _images;
    private readonly ImagePreprocessing _preprocessing;
    private readonly ImageAugmentation _augmentation;
    private readonly ImageAugmenter _augmenter;
    private readonly ImagePreprocessor _preprocessor;
    private readonly long _seed;

    /// <summary>Checks and keeps the settings.</summary>
    /// <param name="images">The images.</param>
    /// <param name="preprocessing">How images are prepared.</param>
    /// <param name="augmentation">How training views are changed.</param>
    /// <param name="seed">Any number.</param>
    /// <exception cref="ArgumentOutOfRangeException">A setting has a value that is not allowed.</exception>
    public ImageViews(ImageMemory images, ImagePreprocessing preprocessing, ImageAugmentation augmentation, long seed)
    {
        ArgumentNullException.ThrowIfNull(images);
        _augmenter = new(preprocessing, augmentation);
        _preprocessor = new(preprocessing);
        _images = images;
        _preprocessing = preprocessing;
        _augmentation = augmentation;
        _seed = seed;
    }

    /// <summary>Values of a view: 3 * Size * Size.</summary>
    public int ValueCount => 3 * _preprocessing.Size * _preprocessing.Size;

    /// <summary>Makes an image's view of one epoch; without augmentation the one that a prediction takes, bit for bit.</summary>
    /// <param name="epoch">Which epoch.</param>
    /// <param name="index">Which image.</param>
    /// <param name="planar">3 x Size x Size values 0..255, the channels in the order that the preprocessing says.</param>
    /// <exception cref="BadImageException">The image cannot be read.</exception>
    public void FillTraining(int epoch, int index, Span<float> planar)
    {
        if (_augmentation.IsNone)
        {
            _images.Prepare(index, _preprocessor, planar);
            return;
        }

        using PhotoPixels image = _images.Open(index);
        _augmenter.Fill(image, new(_seed, epoch, index), planar);
    }
}
