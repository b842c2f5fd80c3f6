using System.Runtime.InteropServices;
using MLNet.MobileNetV2.Numerics;

namespace MLNet.MobileNetV2.Images.Augmentation;

/// <summary>
/// The part of an image that a view shows, rotated clockwise about its centre by an angle in radians, and mirrored or not.
/// </summary>
internal readonly record struct ViewGeometry(CropBox Box, double Angle, bool IsFlipped)
{
    /// <summary>
    /// Draws a view of an image. Without a random crop it is the part that the preprocessing keeps.
    /// </summary>
    public static ViewGeometry Draw(
        int width, int height, ImagePreprocessing preprocessing, ImageAugmentation augmentation, ref SplitMix64 random)
    {
        CropBox box = augmentation.CropsAtRandom
            ? new RandomBox(
                augmentation.SmallestCropArea,
                augmentation.GreatestCropArea,
                augmentation.SmallestCropAspectRatio,
                augmentation.GreatestCropAspectRatio).Draw(width, height, ref random)
            : CropBox.Of(preprocessing, width, height);
        double degrees = random.NextDouble(-augmentation.RotationDegrees, augmentation.RotationDegrees);
        return new(box, double.DegreesToRadians(degrees), random.NextBoolean(augmentation.HorizontalFlipProbability));
    }

    /// <summary>Makes the view of an image: 4 x size x size bytes, the fourth of a pixel undefined.</summary>
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
