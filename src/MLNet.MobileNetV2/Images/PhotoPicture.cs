using MLNet.MobileNetV2.Machine;
using SkiaSharp;

namespace MLNet.MobileNetV2.Images;

/// <summary>A photo to draw on: upright, at its own size, opaque RGBA. Not thread-safe; dispose it to give its memory back.</summary>
internal sealed class PhotoPicture : IDisposable
{
    private const int JpegQuality = 92;

    // libjpeg's and libwebp's; they write to standard error where a picture is larger.
    private const int MaxJpegSide = 65_500;
    private const int MaxWebpSide = 16_383;

    // Of large pictures there is one at a time in the process, as there is of their decoding.
    private static readonly SemaphoreSlim s_large = new(1, 1);

    private readonly bool _isLarge;

    private PhotoPicture(SKBitmap bitmap, bool isLarge) => (Bitmap, _isLarge) = (bitmap, isLarge);

    public SKBitmap Bitmap { get; }

    public int Width => Bitmap.Width;

    public int Height => Bitmap.Height;

    /// <summary>Four bytes a pixel, row after row.</summary>
    public unsafe Span<byte> Pixels => new((void*)Bitmap.GetPixels(), Bitmap.ByteCount);

    /// <summary>Reads a photo.</summary>
    /// <exception cref="BadImageException">The file cannot be used.</exception>
    public static PhotoPicture Read(string path)
    {
        using PooledBytes encoded = EncodedFile.Read(path);
        ImageHeader header = ImageDecoder.ReadHeader(encoded.Span, path);
        bool isLarge = (long)header.Width * header.Height > ImageLimits.SharedDecodePixels;
        if (isLarge)
        {
            s_large.Wait();
        }

        try
        {
            return Decode(encoded.Span, path, isLarge);
        }
        catch
        {
            Release(isLarge);
            throw;
        }
    }

    /// <summary>Reads the photo of something that was found in it, to draw on.</summary>
    /// <param name="photo">The photo.</param>
    /// <param name="size">The size that it had.</param>
    /// <param name="found">What was found, for the message: <c>segmented</c>.</param>
    /// <exception cref="ArgumentException">It has another size.</exception>
    /// <exception cref="BadImageException">It cannot be used.</exception>
    public static PhotoPicture Read(string photo, (int Width, int Height) size, string found)
    {
        PhotoPicture picture = Read(photo);
        if ((picture.Width, picture.Height) == size)
        {
            return picture;
        }

        using (picture)
        {
            throw new ArgumentException(
                $"The photo '{photo}' has {picture.Width} x {picture.Height} pixels, and the {found} image {size.Width} x {size.Height}.",
                nameof(photo));
        }
    }

    /// <summary>Reads a photo shrunk to a most of the longer side; a smaller one stays as it is.</summary>
    /// <exception cref="BadImageException">The file cannot be used.</exception>
    public static PhotoPicture ReadSmall(string path, int mostSide)
    {
        using PooledBytes encoded = EncodedFile.Read(path);
        ImageHeader header = ImageDecoder.ReadHeader(encoded.Span, path);
        double scale = Math.Min(1, (double)mostSide / Math.Max(header.Width, header.Height));

        // A JPEG that is decoded to at least twice the size loses nothing that shows.
        using DecodedImage image = ImageDecoder.Decode(encoded.Span, path, 2 * scale * Math.Min(header.Width, header.Height));
        bool swaps = ImageOrientation.SwapsSides(image.Origin);
        int width = Math.Max(1, (int)Math.Round(scale * (swaps ? header.Height : header.Width)));
        int height = Math.Max(1, (int)Math.Round(scale * (swaps ? header.Width : header.Height)));
        using var small = new PooledBytes(4 * width * height);
        var whole = new CropBox(0, 0, image.ExactWidth, image.ExactHeight);
        TriangleResampler.Resize(image.Pixels, image.Width, image.Height, channels: 4, whole, width, height, small.Span);
        return Upright(small.Span, (width, height), image.Origin, path, isLarge: false);
    }

    private static PhotoPicture Decode(ReadOnlySpan<byte> encoded, string path, bool isLarge)
    {
        using DecodedImage image = ImageDecoder.Decode(encoded, path, leastSide: double.PositiveInfinity);
        return Upright(image.Pixels, (image.Width, image.Height), image.Origin, path, isLarge);
    }

    private static PhotoPicture Upright(
        ReadOnlySpan<byte> pixels, (int Width, int Height) stored, SKEncodedOrigin origin, string path, bool isLarge)
    {
        (int width, int height) = ImageOrientation.SwapsSides(origin) ? (stored.Height, stored.Width) : stored;
        var bitmap = new SKBitmap();
        if (!bitmap.TryAllocPixels(new(width, height, SKColorType.Rgba8888, SKAlphaType.Opaque)))
        {
            bitmap.Dispose();
            throw new BadImageException(path, $"there is not enough memory for its {width} x {height} pixels.");
        }

        var picture = new PhotoPicture(bitmap, isLarge);
        ImageOrientation.Apply(pixels, stored.Width, stored.Height, origin, picture.Pixels);
        return picture;
    }

    /// <summary>The extension of a format that takes a picture of a size: JPEG's where it may have it.</summary>
    public static string ExtensionFor(int width, int height) => Math.Max(width, height) > MaxJpegSide ? ".png" : ".jpg";

    /// <summary>The format that a file name asks for.</summary>
    /// <exception cref="ArgumentException">Its extension is of no format that pictures are written in.</exception>
    public static SKEncodedImageFormat FormatOf(string path) => Path.GetExtension(path).ToUpperInvariant() switch
    {
        ".JPG" or ".JPEG" => SKEncodedImageFormat.Jpeg,
        ".PNG" => SKEncodedImageFormat.Png,
        ".WEBP" => SKEncodedImageFormat.Webp,
        _ => throw new ArgumentException($"The picture '{path}' must end with .jpg, .jpeg, .png or .webp.", nameof(path)),
    };

    /// <summary>Writes the picture to a file, which appears whole or not at all.</summary>
    /// <exception cref="ArgumentException">The extension is of no format that pictures are written in.</exception>
    /// <exception cref="IOException">The file cannot be written, or the format does not take so large a picture.</exception>
    public void Save(string path)
    {
        SKEncodedImageFormat format = FormatOf(path);
        int most = format switch
        {
            SKEncodedImageFormat.Jpeg => MaxJpegSide,
            SKEncodedImageFormat.Webp => MaxWebpSide,
            _ => int.MaxValue,
        };
        using SKData? data = Math.Max(Width, Height) > most ? null : Bitmap.Encode(format, JpegQuality);
        if (data is null)
        {
            throw new IOException($"The picture '{path}' of {Width} x {Height} pixels is too large for {format}; .png takes it.");
        }

        AtomicFile.Write(path, data.SaveTo);
    }

    /// <summary>The picture as WebP.</summary>
    /// <param name="quality">From 0 to 100.</param>
    public byte[] ToWebp(int quality)
    {
        using SKData data = Bitmap.Encode(SKEncodedImageFormat.Webp, quality);
        return data.ToArray();
    }

    public void Dispose()
    {
        Bitmap.Dispose();
        Release(_isLarge);
    }

    private static void Release(bool isLarge)
    {
        if (isLarge)
        {
            s_large.Release();
        }
    }
}
