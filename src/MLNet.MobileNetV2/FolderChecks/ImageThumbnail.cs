using System.Numerics.Tensors;
using System.Security.Cryptography;
using MLNet.MobileNetV2.Images;

namespace MLNet.MobileNetV2.FolderChecks;

/// <summary>A small grey picture of a photo, upright and squashed, with what else a check asks of the file. Immutable.</summary>
/// <param name="Grey">Light of each pixel, row after row.</param>
/// <param name="Size">The upright photo's width and height.</param>
/// <param name="Hash">SHA-256 of the file.</param>
/// <param name="Format">The format that the content has.</param>
/// <param name="Deviation">Standard deviation of the light, from 0 for one colour to 127.5.</param>
/// <param name="Sharpness">How steep the steepest edges are, relative to the deviation.</param>
internal sealed record ImageThumbnail(
    byte[] Grey, (int Width, int Height) Size, string Hash, string Format, double Deviation, double Sharpness)
{
    /// <summary>Rows, and columns, of the picture.</summary>
    public const int Side = 64;

    // Edges are looked for at a size at which blur shows.
    private const int EdgeSide = 256;
    private const double EdgeShare = 0.99;

    private static readonly ImagePreprocessor s_preprocessor = new(new ImagePreprocessing
    {
        Size = EdgeSide, Crop = ImageCrop.Squash, CropFraction = 1, JpegDecoding = JpegDecoding.Covering,
    });

    /// <summary>Reads a photo.</summary>
    /// <exception cref="BadImageException">It cannot be used.</exception>
    public static ImageThumbnail Read(string path)
    {
        using PooledBytes encoded = EncodedFile.Read(path);
        ImageHeader header = ImageDecoder.ReadHeader(encoded.Span, path);
        using var rgba = new PooledBytes(s_preprocessor.ByteCount);
        s_preprocessor.FromEncoded(encoded.Span, path, rgba.Span);
        float[] light = new float[EdgeSide * EdgeSide];
        for (int pixel = 0; pixel < light.Length; pixel++)
        {
            ReadOnlySpan<byte> colour = rgba.Span.Slice(4 * pixel, 3);
            light[pixel] = (0.299f * colour[0]) + (0.587f * colour[1]) + (0.114f * colour[2]);
        }

        double deviation = Deviate(light);
        return new(
            Shrink(light),
            header.Size,
            Convert.ToHexStringLower(SHA256.HashData(encoded.Span)),
            ImageSignature.Format(encoded.Span)!,
            deviation,
            SteepestEdges(light) / (deviation + 1));
    }

    private static double Deviate(float[] light)
    {
        double mean = TensorPrimitives.Sum<float>(light) / light.Length;
        double squares = TensorPrimitives.SumOfSquares<float>(light) / light.Length;
        return Math.Sqrt(Math.Max(0, squares - (mean * mean)));
    }

    private static byte[] Shrink(float[] light)
    {
        const int Cell = EdgeSide / Side;
        var grey = new byte[Side * Side];
        for (int y = 0; y < Side; y++)
        {
            for (int x = 0; x < Side; x++)
            {
                float sum = 0;
                for (int row = 0; row < Cell; row++)
                {
                    sum += TensorPrimitives.Sum<float>(light.AsSpan((((y * Cell) + row) * EdgeSide) + (x * Cell), Cell));
                }

                grey[(y * Side) + x] = (byte)Math.Round(sum / (Cell * Cell));
            }
        }

        return grey;
    }

    // The Laplacian of a blurred photo is small everywhere, whatever the photo shows.
    private static double SteepestEdges(float[] light)
    {
        const int Inner = EdgeSide - 2;
        var edges = new float[Inner * Inner];
        for (int y = 1; y <= Inner; y++)
        {
            ReadOnlySpan<float> above = light.AsSpan(((y - 1) * EdgeSide) + 1, Inner);
            ReadOnlySpan<float> row = light.AsSpan(y * EdgeSide, EdgeSide);
            ReadOnlySpan<float> below = light.AsSpan(((y + 1) * EdgeSide) + 1, Inner);
            for (int x = 0; x < Inner; x++)
            {
                edges[((y - 1) * Inner) + x] = Math.Abs(above[x] + below[x] + row[x] + row[x + 2] - (4 * row[x + 1]));
            }
        }

        Array.Sort(edges);
        return edges[(int)(EdgeShare * edges.Length)];
    }
}
