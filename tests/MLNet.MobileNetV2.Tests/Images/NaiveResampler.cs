using MLNet.MobileNetV2.Images;

namespace MLNet.MobileNetV2.Tests.Images;

/// <summary>The antialiased triangle filter written down plainly in double: every output pixel from its definition.</summary>
internal static class NaiveResampler
{
    public static byte[] Resize(ReadOnlySpan<byte> source, int width, int height, double left, double top, double side, int size) =>
        Resize(source, width, height, 4, new(left, top, side), size, size);

    public static byte[] Resize(ReadOnlySpan<byte> source, int width, int height, int channels, CropBox box, int newWidth, int newHeight)
    {
        (int Input, double Weight)[][] rows = Weights(height, box.Top, box.Height, newHeight);
        (int Input, double Weight)[][] columns = Weights(width, box.Left, box.Width, newWidth);
        byte[] result = new byte[newWidth * newHeight * channels];
        for (int index = 0; index < result.Length; index++)
        {
            double sum = 0;
            foreach ((int row, double rowWeight) in rows[index / channels / newWidth])
            {
                foreach ((int column, double columnWeight) in columns[index / channels % newWidth])
                {
                    sum += rowWeight * columnWeight * source[(((row * width) + column) * channels) + (index % channels)];
                }
            }

            result[index] = (byte)Math.Round(sum);
        }

        return result;
    }

    // The input pixels of every output pixel: a triangle around its centre, as wide as the reduction and never narrower
    // than one pixel to each side.
    private static (int Input, double Weight)[][] Weights(int length, double start, double side, int size)
    {
        double scale = side / size;
        var weights = new (int Input, double Weight)[size][];
        for (int output = 0; output < size; output++)
        {
            double centre = start + ((output + 0.5) * scale);
            (int Input, double Weight)[] all = [.. Enumerable.Range(0, length)
                .Select(input => (input, Math.Max(0, 1 - (Math.Abs(input + 0.5 - centre) / Math.Max(scale, 1)))))
                .Where(tap => tap.Item2 > 0)];
            double sum = all.Sum(tap => tap.Weight);
            weights[output] = Array.ConvertAll(all, tap => (tap.Input, tap.Weight / sum));
        }

        return weights;
    }
}
