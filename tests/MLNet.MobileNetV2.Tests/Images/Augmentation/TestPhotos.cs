using MLNet.MobileNetV2.Images.Augmentation;
using SkiaSharp;

namespace MLNet.MobileNetV2.Tests.Images.Augmentation;

/// <summary>Images in memory to make views of.</summary>
internal static class TestPhotos
{
    /// <summary>An image whose colours are given by a function of x and y.</summary>
    public static PhotoPixels Paint(int width, int height, Func<int, int, (int Red, int Green, int Blue)> colour)
    {
        var photo = new PhotoPixels(width, height, isKept: true);
        for (int pixel = 0; pixel < width * height; pixel++)
        {
            (int red, int green, int blue) = colour(pixel % width, pixel / width);
            (photo.Rgb[3 * pixel], photo.Rgb[(3 * pixel) + 1], photo.Rgb[(3 * pixel) + 2]) = ((byte)red, (byte)green, (byte)blue);
        }

        return photo;
    }

    public static PhotoPixels Noise(int width, int height)
    {
        var photo = new PhotoPixels(width, height, isKept: true);
        new Random(width + (1000 * height)).NextBytes(photo.Rgb);
        return photo;
    }

    /// <summary>Colours that change slowly from place to place.</summary>
    public static PhotoPixels Smooth(int width, int height) => Paint(width, height, (x, y) => (
        (int)(128 + (100 * Math.Sin(x / 17.0))), (int)(128 + (100 * Math.Cos(y / 23.0))), (int)(128 + (100 * Math.Sin((x + y) / 31.0)))));

    public static float[] View(PhotoPixels photo, ImageAugmentation augmentation, long seed = 1, ImagePreprocessing? preprocessing = null)
    {
        ImagePreprocessing settings = preprocessing ?? new() { Size = 32, CropFraction = 1 };
        float[] planar = new float[3 * settings.Size * settings.Size];
        new ImageAugmenter(settings, augmentation).Fill(photo, new(seed), planar);
        return planar;
    }

    public static byte[] Jpeg(int width, int height)
    {
        using SKBitmap bitmap = Pictures.Photo(width, height);
        return bitmap.EncodeAs(SKEncodedImageFormat.Jpeg, 90);
    }
}
