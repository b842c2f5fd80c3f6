using MLNet.MobileNetV2.Images;
using MLNet.MobileNetV2.Images.Augmentation;
using MLNet.MobileNetV2.Numerics;

namespace MLNet.MobileNetV2.FineTuning.Views;

/// <summary>Images decoded once and kept in memory for many crops, within a budget; those beyond it are decoded again each time.</summary>
/// <remarks>
/// <para>
/// An image is kept upright over white, its shorter side shrunk to at most <see cref="SideRatio"/> times the network's size: a crop of
/// a quarter of the image's area or more then has at least the pixels of the network's input, and smaller ones are enlarged, at most 1.8
/// times for an area of 8 % of a square image. An image of aspect ratio 4:3 takes 0.8 MB for 224 pixels. Whether it is kept or
/// decoded again, it has the same pixels.
/// </para>
/// <para>Thread-safe, except that <see cref="Dispose"/> must come last. It frees the kept images; the sources are not touched.</para>
/// </remarks>
internal sealed class ImageMemory : IDisposable
{
    /// <summary>Longest shorter side of a kept image, relative to the network's size.</summary>
    public const int SideRatio = 2;

    private readonly IReadOnlyList<ImageSource> _sources;
    private readonly PhotoPixels?[] _kept;
    private readonly int _side;
    private readonly double _leastSide;
    private readonly MemoryBudget _budget;
    private bool _isDisposed;

    /// <summary>Reads nothing yet.</summary>
    /// <param name="sources">The images.</param>
    /// <param name="preprocessing">How images are prepared; it gives the network's size.</param>
    /// <param name="budget">Memory for kept images; null for as much as they take.</param>
    /// <exception cref="ArgumentOutOfRangeException">A setting has a value that is not allowed.</exception>
    public ImageMemory(IReadOnlyList<ImageSource> sources, ImagePreprocessing preprocessing, MemoryBudget? budget = null)
    {
        ArgumentNullException.ThrowIfNull(sources);
        preprocessing.Validate();
        _sources = sources;
        _kept = new PhotoPixels?[sources.Count];
        _side = SideRatio * preprocessing.Size;
        _leastSide = preprocessing.JpegDecoding == JpegDecoding.Full ? double.PositiveInfinity : _side;
        _budget = budget ?? new(long.MaxValue);
    }

    /// <summary>Number of images.</summary>
    public int Count => _sources.Count;

    /// <summary>
    /// Decodes every image once, and keeps as many as the budget allows. Views need no call of this: it is for finding bad images first.
    /// </summary>
    /// <param name="workerCount">Threads at work, at least 1.</param>
    /// <param name="progress">Reports the number of images read so far; null for none.</param>
    /// <param name="cancellationToken">Stops the loading.</param>
    /// <returns>The images that cannot be used, in order.</returns>
    /// <exception cref="OperationCanceledException">The loading was stopped.</exception>
    public IReadOnlyList<ImageFailure> Load(int workerCount, IProgress<int>? progress, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(workerCount, 1);
        var failures = new BadImageException?[Count];
        int done = 0;
        new ParallelLoop(workerCount, cancellationToken).For(Count, index =>
        {
            try
            {
                Open(index).Dispose();
            }
            catch (BadImageException exception)
            {
                failures[index] = exception;
            }

            progress?.Report(Interlocked.Increment(ref done));
        });

        return
        [
            .. failures.Index().Where(failure => failure.Item is not null)
                .Select(failure => new ImageFailure(failure.Index, failure.Item!)),
        ];
    }

    /// <summary>An image's pixels, from memory or decoded; the caller disposes them.</summary>
    /// <exception cref="BadImageException">The image cannot be read.</exception>
    /// <exception cref="ObjectDisposedException">The memory was disposed.</exception>
    public PhotoPixels Open(int index)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        return Volatile.Read(ref _kept[index]) ?? Decode(index);
    }

    /// <summary>Identifies an image: a hash of its bytes.</summary>
    /// <exception cref="BadImageException">The image cannot be read.</exception>
    public string HashOf(int index) => _sources[index].HashBytes();

    /// <summary>
    /// Prepares an image as for a prediction, from its source and not from memory: pixel for pixel what the featurizer takes.
    /// </summary>
    /// <param name="index">Which image.</param>
    /// <param name="preprocessor">How.</param>
    /// <param name="planar">3 x Size x Size values 0..255, the channels in the order that the preprocessing says.</param>
    /// <exception cref="BadImageException">The image cannot be read.</exception>
    public void Prepare(int index, ImagePreprocessor preprocessor, Span<float> planar) =>
        _sources[index].Prepare(preprocessor, planar);

    /// <summary>Keeps an image no longer, so that others have room. Nobody may be at work on it.</summary>
    public void Release(int index)
    {
        if (Interlocked.Exchange(ref _kept[index], null) is { } photo)
        {
            _budget.GiveBack(PhotoPixels.ByteCount(photo.Width, photo.Height));
        }
    }

    public void Dispose()
    {
        _isDisposed = true;
        for (int index = 0; index < _kept.Length; index++)
        {
            Release(index);
        }
    }

    private PhotoPixels Decode(int index)
    {
        using DecodedImage image = _sources[index].Decode(_leastSide);
        double scale = Math.Min(_side / Math.Min(image.ExactWidth, image.ExactHeight), 1);
        int width = Shrunk(image.ExactWidth, scale);
        int height = Shrunk(image.ExactHeight, scale);
        long bytes = PhotoPixels.ByteCount(width, height);
        bool isKept = _budget.TryTake(bytes);
        (int uprightWidth, int uprightHeight) = ImageOrientation.SwapsSides(image.Origin) ? (height, width) : (width, height);
        PhotoPixels photo;
        try
        {
            photo = new(uprightWidth, uprightHeight, isKept);
            Fill(photo, image, width, height);
        }
        catch
        {
            _budget.GiveBack(isKept ? bytes : 0);
            throw;
        }

        return isKept ? Keep(index, photo, bytes) : photo;
    }

    private static int Shrunk(double length, double scale) => Math.Max((int)Math.Round(length * scale), 1);

    private static void Fill(PhotoPixels photo, DecodedImage image, int width, int height)
    {
        if ((width, height) == (image.Width, image.Height))
        {
            ImageOrientation.ToUprightRgb(image.Pixels, width, height, image.Origin, photo.Rgb);
            return;
        }

        using var shrunk = new PooledBytes(checked(4 * width * height));
        var box = new CropBox(0, 0, image.ExactWidth, image.ExactHeight);
        TriangleResampler.Resize(image.Pixels, image.Width, image.Height, channels: 4, box, width, height, shrunk.Span);
        ImageOrientation.ToUprightRgb(shrunk.Span, width, height, image.Origin, photo.Rgb);
    }

    // Two workers may decode the same image at a time: the first one's is kept.
    private PhotoPixels Keep(int index, PhotoPixels photo, long bytes)
    {
        if (Interlocked.CompareExchange(ref _kept[index], photo, null) is not { } earlier)
        {
            return photo;
        }

        _budget.GiveBack(bytes);
        return earlier;
    }
}

/// <summary>An image that cannot be used.</summary>
/// <param name="Index">Which one of the images.</param>
/// <param name="Error">Its file and what is wrong with it.</param>
internal sealed record ImageFailure(int Index, BadImageException Error);
