using MLNet.MobileNetV2.Machine;
using SkiaSharp;

namespace MLNet.MobileNetV2.Images;

/// <summary>Decodes an image with Skia, its header checked before any memory is taken for its pixels.</summary>
internal static class ImageDecoder
{
    private const int JpegBlock = 8;

    // JPEG decodes at n/8 of its size. 7/8 is no faster than the full size.
    private const int LargestReducedBlock = 6;

    /// <summary>
    /// Decodes to opaque pixels in the stored orientation. A JPEG may be decoded at a reduced size whose shorter side is not below the
    /// least.
    /// </summary>
    /// <exception cref="DllNotFoundException">Skia's native library cannot be loaded.</exception>
    /// <exception cref="BadImageException">It is not a whole image of one of the formats, or too large.</exception>
    public static DecodedImage Decode(ReadOnlySpan<byte> encoded, string? path, double leastSide, long maxPixels = ImageLimits.Pixels)
    {
        string format = CheckEncoded(encoded, path);
        return WithCodec(
            encoded, path, format, maxPixels, (codec, origin) => DecodePixels(codec, path, format, leastSide, origin));
    }

    /// <summary>The size of the upright image, and whether that is turned to the side; none of its pixels is decoded.</summary>
    /// <inheritdoc cref="Decode" path="/exception"/>
    public static ImageHeader ReadHeader(ReadOnlySpan<byte> encoded, string? path, long maxPixels = ImageLimits.Pixels) => WithCodec(
        encoded, path, CheckEncoded(encoded, path), maxPixels, (codec, origin) => ImageOrientation.SwapsSides(origin)
            ? new ImageHeader(codec.Info.Height, codec.Info.Width, IsOnItsSide: true)
            : new ImageHeader(codec.Info.Width, codec.Info.Height, IsOnItsSide: false));

    private static unsafe T WithCodec<T>(
        ReadOnlySpan<byte> encoded, string? path, string format, long maxPixels, Func<SKCodec, SKEncodedOrigin, T> use)
    {
        try
        {
            fixed (byte* bytes = encoded)
            {
                using SKData data = SKData.Create((IntPtr)bytes, encoded.Length);
                using var stream = new SKMemoryStream(data);
                using SKCodec? codec = SKCodec.Create(stream, out SKCodecResult result);
                if (codec is null)
                {
                    throw result == SKCodecResult.IncompleteInput
                        ? Failure(path, format, result)
                        : new BadImageException(path, $"the image is damaged or truncated: its {format} header cannot be read.");
                }

                CheckPixels(codec.Info, encoded.Length, path, maxPixels);
                return use(codec, ExifOrientation.Of(codec, encoded));
            }
        }
        catch (TypeInitializationException error)
        {
            throw NativeLibrary.Skia.Missing(error);
        }
    }

    private static string CheckEncoded(ReadOnlySpan<byte> encoded, string? path)
    {
        if (encoded.IsEmpty)
        {
            throw new BadImageException(path, "there are no bytes.");
        }

        EncodedFile.CheckLimit(path, encoded.Length, ImageLimits.EncodedBytes);
        return ImageSignature.Format(encoded) ?? throw new BadImageException(
            path, $"it is not a JPEG, PNG, WebP, BMP or GIF image: {ImageSignature.Describe(encoded)}.");
    }

    private static void CheckPixels(SKImageInfo stored, int encodedLength, string? path, long maxPixels)
    {
        long pixels = (long)stored.Width * stored.Height;
        if (pixels > maxPixels)
        {
            throw new BadImageException(
                path,
                FormattableString.Invariant(
                    $"it has {stored.Width} x {stored.Height} pixels; at most {maxPixels / 1e6:0.######} megapixels are allowed."));
        }

        if (pixels > ImageLimits.FreePixels && pixels / encodedLength > ImageLimits.PixelsPerByte)
        {
            throw new BadImageException(
                path, $"the image is truncated: {encodedLength} bytes cannot hold its {stored.Width} x {stored.Height} pixels.");
        }
    }

    private static unsafe DecodedImage DecodePixels(
        SKCodec codec, string? path, string format, double leastSide, SKEncodedOrigin origin)
    {
        bool opaque = codec.Info.AlphaType == SKAlphaType.Opaque;
        DecodedImage image = Allocate(codec, path, DecodedScale(codec, leastSide), origin);
        try
        {
            // No colour space: the stored values are taken as they are, which is what the networks were trained on.
            var info = new SKImageInfo(image.Width, image.Height, SKColorType.Rgba8888, opaque ? SKAlphaType.Opaque : SKAlphaType.Unpremul);
            fixed (byte* pixels = image.Pixels)
            {
                SKCodecResult result = codec.GetPixels(info, (IntPtr)pixels, info.RowBytes, SKCodecOptions.Default);
                if (result != SKCodecResult.Success)
                {
                    throw Failure(path, format, result);
                }
            }

            if (!opaque)
            {
                WhiteBackground.CompositeStraight(image.Pixels);
            }

            return image;
        }
        catch
        {
            image.Dispose();
            throw;
        }
    }

    private static DecodedImage Allocate(SKCodec codec, string? path, double scale, SKEncodedOrigin origin)
    {
        SKSizeI stored = codec.Info.Size;
        try
        {
            return new(stored, scale, origin);
        }
        catch (OutOfMemoryException exception)
        {
            throw new BadImageException(path, $"there is not enough memory for its {stored.Width} x {stored.Height} pixels.", exception);
        }
    }

    private static double DecodedScale(SKCodec codec, double leastSide)
    {
        if (codec.EncodedFormat == SKEncodedImageFormat.Jpeg)
        {
            SKSizeI stored = codec.Info.Size;
            for (int block = 1; block <= LargestReducedBlock; block++)
            {
                double scale = (double)block / JpegBlock;
                SKSizeI reduced = new((int)Math.Ceiling(stored.Width * scale), (int)Math.Ceiling(stored.Height * scale));
                if (Math.Min(stored.Width, stored.Height) * scale >= leastSide && codec.GetScaledDimensions((float)scale) == reduced)
                {
                    return scale;
                }
            }
        }

        return 1;
    }

    private static BadImageException Failure(string? path, string format, SKCodecResult result) => new(path, result switch
    {
        SKCodecResult.IncompleteInput => $"the image is truncated: its {format} data end before the image does.",
        SKCodecResult.ErrorInInput or SKCodecResult.InvalidInput =>
            $"the image is damaged or truncated: its {format} data cannot be decoded.",
        _ => $"this kind of {format} is not supported ({result}).",
    });
}
