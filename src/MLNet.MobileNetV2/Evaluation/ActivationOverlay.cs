using System.Numerics.Tensors;
using MLNet.MobileNetV2.Images;

namespace MLNet.MobileNetV2.Evaluation;

/// <summary>Tints the pixels of a photo by a class activation map.</summary>
internal static class ActivationOverlay
{
    // From what says nothing to what says most; the brighter the colour, the more of it.
    private static readonly (byte Red, byte Green, byte Blue)[] s_colours =
        [(10, 8, 34), (87, 16, 110), (188, 55, 84), (249, 142, 9), (252, 255, 164)];

    private const double ColourShare = 0.55;

    /// <summary>Draws a map that covers a region of the photo.</summary>
    /// <param name="photo">The photo.</param>
    /// <param name="map">Values of the map, row after row.</param>
    /// <param name="side">Rows, and columns, of the map.</param>
    /// <param name="region">The part of the photo that it covers.</param>
    /// <param name="cancellationToken">Looked at between rows.</param>
    public static void Draw(
        PhotoPicture photo, ReadOnlySpan<float> map, int side, CropBox region, CancellationToken cancellationToken)
    {
        float most = TensorPrimitives.Max(map);
        float[] row = new float[side];
        Span<byte> pixels = photo.Pixels;
        for (int y = 0; y < photo.Height; y++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            bool isSeen = y + 0.5 >= region.Top && y + 0.5 < region.Top + region.Height;
            if (isSeen)
            {
                Place place = Place.Of((y + 0.5 - region.Top) / region.Height, side);
                TensorPrimitives.Lerp(
                    map.Slice(place.Low * side, side), map.Slice(place.High * side, side), place.Share, row);
            }

            Span<byte> line = pixels.Slice(4 * y * photo.Width, 4 * photo.Width);
            for (int x = 0; x < photo.Width; x++)
            {
                double value = 0;
                if (isSeen && x + 0.5 >= region.Left && x + 0.5 < region.Left + region.Width && most > 0)
                {
                    Place place = Place.Of((x + 0.5 - region.Left) / region.Width, side);
                    value = Math.Clamp(float.Lerp(row[place.Low], row[place.High], place.Share) / most, 0, 1);
                }

                Tint(line.Slice(4 * x, 3), value);
            }
        }
    }

    private static void Tint(Span<byte> pixel, double value)
    {
        double place = value * (s_colours.Length - 1);
        int low = Math.Min((int)place, s_colours.Length - 2);
        double share = place - low;
        ((byte r, byte g, byte b) from, (byte r, byte g, byte b) to) = (s_colours[low], s_colours[low + 1]);
        pixel[0] = Mix(pixel[0], double.Lerp(from.r, to.r, share));
        pixel[1] = Mix(pixel[1], double.Lerp(from.g, to.g, share));
        pixel[2] = Mix(pixel[2], double.Lerp(from.b, to.b, share));
    }

    private static byte Mix(byte photo, double colour) => (byte)Math.Round(double.Lerp(photo, colour, ColourShare));

    /// <summary>Two neighbours of a map's rows or columns, and the share of the second.</summary>
    private readonly record struct Place(int Low, int High, float Share)
    {
        /// <summary>The place of a share of the whole; the values of the map lie in the middle of their cells.</summary>
        public static Place Of(double share, int side)
        {
            double place = Math.Clamp((share * side) - 0.5, 0, side - 1);
            int low = (int)place;
            return new(low, Math.Min(low + 1, side - 1), (float)(place - low));
        }
    }
}
