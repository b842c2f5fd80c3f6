using System.Buffers;
using MLNet.MobileNetV2.FineTuning.Views;

namespace MLNet.MobileNetV2.FineTuning.Training;

/// <summary>
/// Views of images as inputs of the trained part: through the layers in front of it, which run as inference. Thread-safe. The images and
/// the layers stay the caller's.
/// </summary>
/// <param name="images">The images.</param>
/// <param name="preprocessing">How they are prepared.</param>
/// <param name="augmentation">How views are changed.</param>
/// <param name="viewCount">Different views of each image; 0 for ever new ones.</param>
/// <param name="seed">Seed of the views.</param>
/// <param name="front">The layers in front.</param>
internal sealed class InputSource(
    ImageSplit images,
    ImagePreprocessing preprocessing,
    ImageAugmentation augmentation,
    int viewCount,
    long seed,
    FrontLayers front) : IDisposable
{
    private readonly ImageViews _views = new(images.Memory, preprocessing, augmentation, seed);
    private readonly int _viewCount = augmentation.IsNone ? 1 : viewCount;

    // Pixels alone are made again sooner than they are worth their memory.
    private readonly bool _isCached = front.HasLayers && (augmentation.IsNone || viewCount > 0);
    private readonly InputCache _cache = new(images.InputMemory);

    /// <summary>Number of values of one input.</summary>
    public int InputLength => front.OutputLength;

    /// <summary>Number of values of one view's pixels.</summary>
    public int PixelCount => _views.ValueCount;

    /// <summary>Whether any image has not turned out to be bad.</summary>
    public bool HasUsable => Enumerable.Range(0, images.Count).Any(images.IsUsable);

    /// <summary>Makes the input of an image's view in an epoch.</summary>
    /// <returns>False for an image that is left out because it can no longer be read; the input is then undefined.</returns>
    /// <exception cref="BadImageException">The image can no longer be read, and bad ones are not left out.</exception>
    public bool TryRead(int image, int epoch, Span<float> input)
    {
        int view = ViewOf(epoch);
        if (_isCached && images.IsUsable(image) && _cache.TryRead(image, view, input))
        {
            return true;
        }

        float[] pixels = ArrayPool<float>.Shared.Rent(PixelCount);
        try
        {
            if (!TryReadPixels(image, epoch, pixels.AsSpan(0, PixelCount)))
            {
                return false;
            }

            ToInput(pixels.AsMemory(0, PixelCount), input);
        }
        finally
        {
            ArrayPool<float>.Shared.Return(pixels);
        }

        if (_isCached)
        {
            _cache.Add(image, view, input);
        }

        return true;
    }

    /// <summary>Makes the pixels of an image's view in an epoch: 3 x size x size, 0..255.</summary>
    /// <returns>As for <see cref="TryRead"/>.</returns>
    /// <exception cref="BadImageException">The image can no longer be read, and bad ones are not left out.</exception>
    public bool TryReadPixels(int image, int epoch, Span<float> pixels)
    {
        if (!images.IsUsable(image))
        {
            return false;
        }

        try
        {
            _views.FillTraining(ViewOf(epoch), images.Places[image], pixels);
            return true;
        }
        catch (BadImageException error) when (images.Bad.AreLeftOut)
        {
            images.Bad.Add(images.Places[image], error);
            return false;
        }
    }

    /// <summary>Runs the layers in front.</summary>
    public void ToInput(Memory<float> pixels, Span<float> input) => front.Run(pixels, input);

    /// <summary>Gives the memory of kept inputs back.</summary>
    public void Dispose() => _cache.Clear();

    private int ViewOf(int epoch) => _viewCount == 0 ? epoch : epoch % _viewCount;
}
