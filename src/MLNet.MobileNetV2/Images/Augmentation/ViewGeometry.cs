using System.Runtime.InteropServices;
using MLNet.MobileNetV2.Numerics;

namespace MLNet.MobileNetV2.Images.Augmentation;

/// <summary>Which part of an image a view shows, and how it is turned.</summary>
/// <param name="Box">The part, before it is rotated about its centre.</param>
/// <param name="Angle">Its rotation in radians, clockwise.</param>
/// <param name="IsFlipped">Whether left and right change places.</param>
internal readonly record struct ViewGeometry(CropBox Box, double Angle, bool IsFlipped)
{
    /// <summary>Draws a view of an image.</summary>
    /// <param name="width">The image's width in pixels.</param>
    /// <param name="height">The image's height in pixels.</param>
    /// <param name="cropFraction">Side of the centred square, relative to the shorter side, where no crop is drawn.</param>
    /// <param name="augmentation">What may be changed.</param>
    /// <param name="random">Gives the numbers.</param>
    public static ViewGeometry Draw(int width, int height, double cropFraction, ImageAugmentation augmentation, ref SplitMix64 random)
    {
        CropBox box = augmentation.CropsAtRandom
            ? new RandomBox(
                augmentation.SmallestCropArea,
                augmentation.GreatestCropArea,
                augmentation.SmallestCropAspectRatio,
                augmentation.GreatestCropAspectRatio).Draw(width, height, ref random)
            : CropBox.Centred(width, height, cropFraction);
        double degrees = random.NextDouble(-augmentation.RotationDegrees, augmentation.RotationDegrees);
        return new(box, double.DegreesToRadians(degrees), random.NextBoolean(augmentation.HorizontalFlipProbability));
    }

    /// <summary>Makes the view of an image.</summary>
    /// <param name="photo">The image.</param>
    /// <param name="size">Side of the view in pixels.</param>
    /// <param name="rgba">The view: 4 * size * size bytes, the fourth of a pixel means nothing.</param>
    public void Resize(PhotoPixels photo, int size, Span<byte> rgba)
    {
        if (Angle == 0)
        {
            TriangleResampler.Resize(photo.Rgb, photo.Width, photo.Height, channels: 3, Box, size, size, rgba);
        }
        else
        {
            RotatedResampler.Resize(photo.Rgb, photo.Width, photo.Height, Box, Angle, size, rgba);
        }

        if (IsFlipped)
        {
            Flip(rgba, size);
        }
    }

    private static void Flip(Span<byte> rgba, int size)
    {
        Span<uint> pixels = MemoryMarshal.Cast<byte, uint>(rgba);
        for (int row = 0; row < size; row++)
        {
            pixels.Slice(row * size, size).Reverse();
        }
    }
}
