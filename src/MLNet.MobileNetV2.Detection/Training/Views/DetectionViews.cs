using System.Runtime.InteropServices;
using MLNet.MobileNetV2.Detection.Training.Gradients;
using MLNet.MobileNetV2.FineTuning.Views;
using MLNet.MobileNetV2.Images;
using MLNet.MobileNetV2.Images.Augmentation;
using MLNet.MobileNetV2.Numerics;

namespace MLNet.MobileNetV2.Detection.Training.Views;

/// <summary>
/// The views of photos that a detector is trained on, each a function of seed, number and photo alone. Thread-safe. The photos stay the
/// caller's to dispose.
/// </summary>
internal sealed class DetectionViews(
    ImageMemory memory,
    IReadOnlyList<TrainedImage> images,
    ImagePreprocessing preprocessing,
    DetectionAugmentation augmentation,
    long seed)
{
    private readonly ImagePreprocessor _preprocessor = new(preprocessing);
    private readonly ImageAugmentation _colours = augmentation.Colours;

    /// <summary>Number of photos.</summary>
    public int Count => images.Count;

    /// <summary>Values of a view's pixels.</summary>
    public int PixelCount => 3 * preprocessing.Size * preprocessing.Size;

    /// <summary>Draws a view of a photo: its boxes, and what makes its pixels.</summary>
    public DetectionView Draw(int number, int image)
    {
        var random = new SplitMix64(seed, number, image);
        CropBox region = random.NextBoolean(augmentation.CropProbability)
            ? RegionDraw.Draw(images[image], augmentation.SmallestCropSide, ref random)
            : RegionDraw.Whole;
        bool isFlipped = random.NextBoolean(augmentation.HorizontalFlipProbability);
        bool isUpsideDown = random.NextBoolean(augmentation.VerticalFlipProbability);
        TrainedBox[] boxes =
        [
            .. RegionDraw.Boxes(region, images[image].Boxes).Select(box => box with
            {
                Box = new(
                    isUpsideDown ? 1 - box.Box.Bottom : box.Box.Top,
                    isFlipped ? 1 - box.Box.Right : box.Box.Left,
                    isUpsideDown ? 1 - box.Box.Top : box.Box.Bottom,
                    isFlipped ? 1 - box.Box.Left : box.Box.Right),
            }),
        ];
        return new(region, isFlipped, isUpsideDown, boxes, random);
    }

    /// <summary>Makes a view's pixels: 3 x size x size values 0..255. Without augmentation they are those that a detector takes.</summary>
    /// <exception cref="BadImageException">The photo can no longer be read.</exception>
    public void Fill(int image, DetectionView view, Span<float> planar)
    {
        if (augmentation.IsNone)
        {
            memory.Prepare(image, _preprocessor, planar);
            return;
        }

        int size = preprocessing.Size;
        using PhotoPixels photo = memory.Open(image);
        using var rgba = new PooledBytes(4 * size * size);
        var box = new CropBox(
            view.Region.Left * photo.Width,
            view.Region.Top * photo.Height,
            view.Region.Width * photo.Width,
            view.Region.Height * photo.Height);
        new ViewGeometry(box, Angle: 0, view.IsFlipped).Resize(photo, size, rgba.Span);
        if (view.IsUpsideDown)
        {
            TurnOver(MemoryMarshal.Cast<byte, uint>(rgba.Span), size);
        }

        PixelTensor.Fill(rgba.Span, planar, preprocessing.ChannelOrder);
        SplitMix64 random = view.Random;
        ColourJitter.Apply(new PixelPlanes(planar, preprocessing.ChannelOrder), _colours, ref random);
    }

    private static void TurnOver(Span<uint> pixels, int size)
    {
        Span<uint> row = new uint[size];
        for (int upper = 0; upper < size / 2; upper++)
        {
            Span<uint> above = pixels.Slice(upper * size, size);
            Span<uint> below = pixels.Slice((size - 1 - upper) * size, size);
            above.CopyTo(row);
            below.CopyTo(above);
            row.CopyTo(below);
        }
    }
}
