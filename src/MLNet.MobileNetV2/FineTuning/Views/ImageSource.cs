using System.Security.Cryptography;
using MLNet.MobileNetV2.Images;
using Microsoft.ML.Data;
using SkiaSharp;

namespace MLNet.MobileNetV2.FineTuning.Views;

/// <summary>Where an image comes from each time that it is decoded: a file, or encoded bytes. Immutable and thread-safe.</summary>
internal sealed class ImageSource
{
    private readonly ReadOnlyMemory<byte>? _encoded;

    private ImageSource(string? path, ReadOnlyMemory<byte>? encoded)
    {
        Path = path;
        _encoded = encoded;
    }

    /// <summary>The file, or null for bytes that came without one.</summary>
    public string? Path { get; }

    /// <summary>Bytes that it takes in memory; 0 for a file.</summary>
    public int EncodedBytes => _encoded?.Length ?? 0;

    /// <summary>Identifies the image: the SHA-256 of its bytes, wherever they come from.</summary>
    /// <exception cref="BadImageException">The file cannot be read.</exception>
    public string HashBytes() => Read(encoded => Convert.ToHexStringLower(SHA256.HashData(encoded)));

    /// <summary>Hands the encoded bytes to a function, which must not keep them.</summary>
    /// <exception cref="BadImageException">The file cannot be read.</exception>
    public TResult Read<TResult>(Func<ReadOnlySpan<byte>, TResult> use)
    {
        if (_encoded is { } encoded)
        {
            return use(encoded.Span);
        }

        using PooledBytes file = EncodedFile.Read(Path);
        return use(file.Span);
    }

    /// <summary>An image that is read from its file each time.</summary>
    public static ImageSource FromFile(string? path) => new(path, null);

    /// <summary>An image whose encoded bytes are in memory.</summary>
    /// <param name="encoded">The bytes of a JPEG, PNG, WebP, BMP or GIF file; they are not copied.</param>
    /// <param name="path">The file they come from, for messages, or null.</param>
    public static ImageSource FromEncoded(ReadOnlyMemory<byte> encoded, string? path = null) => new(path, encoded);

    /// <summary>An image that ML.NET has decoded. It is kept over white as a PNG, so that it may be disposed afterwards.</summary>
    /// <param name="image">The image; it is not changed.</param>
    /// <exception cref="BadImageException">The image is null, or there is not enough memory to keep it.</exception>
    public static ImageSource FromImage(MLImage? image)
    {
        if (image is null)
        {
            throw new BadImageException(null, "no image was given (null).");
        }

        SKColorType order = image.PixelFormat == MLPixelFormat.Bgra32 ? SKColorType.Bgra8888 : SKColorType.Rgba8888;
        using var opaque = new SKBitmap();
        if (!opaque.TryAllocPixels(new SKImageInfo(image.Width, image.Height, order, SKAlphaType.Opaque)))
        {
            throw new BadImageException(null, $"there is not enough memory for its {image.Width} x {image.Height} pixels.");
        }

        CopyOverWhite(image, opaque);
        using SKPixmap pixels = opaque.PeekPixels();
        using SKData png = pixels.Encode(new SKPngEncoderOptions(SKPngEncoderFilterFlags.Sub, zLibLevel: 1));
        return FromEncoded(png.ToArray());
    }

    /// <summary>Decodes the image as it is stored; the caller disposes the result.</summary>
    /// <param name="leastSide">A JPEG may be decoded at a reduced size as long as its shorter side is not below this.</param>
    /// <exception cref="BadImageException">The image cannot be read.</exception>
    public DecodedImage Decode(double leastSide) => Read(encoded => ImageDecoder.Decode(encoded, Path, leastSide));

    /// <summary>Prepares the image as for a prediction.</summary>
    /// <param name="preprocessor">How.</param>
    /// <param name="planar">3 x Size x Size values 0..255.</param>
    /// <exception cref="BadImageException">The image cannot be read.</exception>
    public void Prepare(ImagePreprocessor preprocessor, Span<float> planar)
    {
        if (_encoded is { } encoded)
        {
            preprocessor.FromEncoded(encoded.Span, Path, planar);
        }
        else
        {
            preprocessor.FromFile(Path, planar);
        }
    }

    private static unsafe void CopyOverWhite(MLImage image, SKBitmap opaque)
    {
        var pixels = new Span<byte>((void*)opaque.GetPixels(), opaque.ByteCount);
        image.Pixels.CopyTo(pixels);
        WhiteBackground.CompositePremultiplied(pixels);
        GC.KeepAlive(image);
    }
}
