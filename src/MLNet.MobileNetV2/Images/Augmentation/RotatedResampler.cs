using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace MLNet.MobileNetV2.Images.Augmentation;

/// <summary>Resizes a rotated rectangle of an image to a square: antialiased shrinking along both axes, then bilinear sampling.</summary>
/// <remarks>
/// The shrunk image has one pixel for each step of the result's grid along an axis, so that sampling it leaves nothing out. Beyond the
/// edge an image goes on as its mirror image.
/// </remarks>
internal static class RotatedResampler
{
    private const int Channels = 4;
    private const int FractionBits = 32;
    private const long Unit = 1L << FractionBits;

    /// <summary>
    /// Resizes a box of an RGB image (row-major without gaps), rotated clockwise about its centre by an angle in radians, to size x size
    /// pixels of four bytes, the fourth undefined. The centre lies inside the image.
    /// </summary>
    public static void Resize(ReadOnlySpan<byte> rgb, int width, int height, CropBox box, double angle, int size, Span<byte> destination)
    {
        (double sine, double cosine) = Math.SinCos(angle);
        double stepX = Math.Max(double.Hypot(box.Width * cosine, box.Height * sine) / size, 1);
        double stepY = Math.Max(double.Hypot(box.Width * sine, box.Height * cosine) / size, 1);
        double centreX = box.Left + (box.Width / 2);
        double centreY = box.Top + (box.Height / 2);
        double reachX = ((Math.Abs(box.Width * cosine) + Math.Abs(box.Height * sine)) / 2) + stepX;
        double reachY = ((Math.Abs(box.Width * sine) + Math.Abs(box.Height * cosine)) / 2) + stepY;
        (int left, int regionWidth, int smallWidth) = Region(centreX, reachX, width, stepX);
        (int top, int regionHeight, int smallHeight) = Region(centreY, reachY, height, stepY);

        using var small = new PooledBytes(Channels * smallWidth * smallHeight);
        var region = new CropBox(left, top, regionWidth, regionHeight);
        TriangleResampler.Resize(rgb, width, height, channels: 3, region, smallWidth, smallHeight, small.Span);

        double scaleX = (double)smallWidth / regionWidth;
        double scaleY = (double)smallHeight / regionHeight;
        var map = new AffineMap(
            (centreX - left) * scaleX,
            (centreY - top) * scaleY,
            box.Width * cosine / size * scaleX,
            box.Width * sine / size * scaleY,
            -box.Height * sine / size * scaleX,
            box.Height * cosine / size * scaleY);
        Sample(MemoryMarshal.Cast<byte, uint>(small.Span), smallWidth, smallHeight, map, size, MemoryMarshal.Cast<byte, uint>(destination));
    }

    // What the box needs of one axis, in whole pixels, and how many pixels it is shrunk to.
    private static (int Start, int Extent, int SmallExtent) Region(double centre, double reach, int length, double step)
    {
        int start = Math.Max((int)Math.Floor(centre - reach), 0);
        int end = Math.Min((int)Math.Ceiling(centre + reach), length);
        return (start, end - start, (int)Math.Ceiling((end - start) / step));
    }

    private static void Sample(ReadOnlySpan<uint> source, int width, int height, AffineMap map, int size, Span<uint> destination)
    {
        double middle = (size - 1) / 2.0;
        long stepX = FixedPoint(map.ColumnX);
        long stepY = FixedPoint(map.ColumnY);
        for (int row = 0; row < size; row++)
        {
            long x = FixedPoint(map.X - (middle * map.ColumnX) + ((row - middle) * map.RowX) - 0.5);
            long y = FixedPoint(map.Y - (middle * map.ColumnY) + ((row - middle) * map.RowY) - 0.5);
            foreach (ref uint pixel in destination.Slice(row * size, size))
            {
                int left = (int)(x >> FractionBits);
                int top = (int)(y >> FractionBits);
                bool isInside = (uint)left < (uint)(width - 1) && (uint)top < (uint)(height - 1);
                int place = (top * width) + left;
                ulong upper = isInside ? Pair(source, place) : MirroredPair(source, width, height, left, top);
                ulong lower = isInside ? Pair(source, place + width) : MirroredPair(source, width, height, left, top + 1);
                pixel = Blend(upper, lower, Fraction(x), Fraction(y));
                x += stepX;
                y += stepY;
            }
        }
    }

    private static long FixedPoint(double value) => (long)Math.Round(value * Unit);

    private static float Fraction(long value) => (value & (Unit - 1)) * (1f / Unit);

    // Two neighbours in one number: every platform that the library runs on is little-endian, so the left one is its low half.
    private static ulong Pair(ReadOnlySpan<uint> source, int left) => MemoryMarshal.Cast<uint, ulong>(source.Slice(left, 2))[0];

    private static ulong MirroredPair(ReadOnlySpan<uint> source, int width, int height, int left, int top)
    {
        ReadOnlySpan<uint> row = source.Slice(Mirror(top, height) * width, width);
        return row[Mirror(left, width)] | ((ulong)row[Mirror(left + 1, width)] << 32);
    }

    private static uint Blend(ulong upper, ulong lower, float right, float down)
    {
        (Vector128<float> upperLeft, Vector128<float> upperRight) = Widen(upper);
        (Vector128<float> lowerLeft, Vector128<float> lowerRight) = Widen(lower);
        Vector128<float> atLeft = upperLeft + ((lowerLeft - upperLeft) * down);
        Vector128<float> atRight = upperRight + ((lowerRight - upperRight) * down);
        Vector128<float> blend = atLeft + ((atRight - atLeft) * right);
        Vector128<uint> rounded = Vector128.ConvertToInt32(blend + Vector128.Create(0.5f)).AsUInt32();
        Vector128<ushort> narrow = Vector128.Narrow(rounded, rounded);
        return Vector128.Narrow(narrow, narrow).AsUInt32().ToScalar();
    }

    private static (Vector128<float> Left, Vector128<float> Right) Widen(ulong pair)
    {
        (Vector128<uint> left, Vector128<uint> right) = Vector128.Widen(Vector128.WidenLower(Vector128.CreateScalar(pair).AsByte()));
        return (Vector128.ConvertToSingle(left.AsInt32()), Vector128.ConvertToSingle(right.AsInt32()));
    }

    private static int Mirror(int index, int length)
    {
        int place = index % (2 * length);
        place = place < 0 ? place + (2 * length) : place;
        return place < length ? place : (2 * length) - 1 - place;
    }

    /// <summary>Where the result's centre lies in the source, and how far its next column and row are.</summary>
    private readonly record struct AffineMap(double X, double Y, double ColumnX, double ColumnY, double RowX, double RowY);
}
