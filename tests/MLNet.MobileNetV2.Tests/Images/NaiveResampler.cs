namespace MLNet.MobileNetV2.Tests.Images;

/// <summary>The antialiased triangle filter written down plainly in double: every output pixel from its definition.</summary>
internal static class NaiveResampler
{
    public static byte[] Resize(ReadOnlySpan<byte> source, int width, int height, double left, double top, double side, int size)
    {
        (int Input, double Weight)[][] rows = Weights(height, top, side, size);
        (int Input, double Weight)[][] columns = Weights(width, left, side, size);
        byte[] result = new byte[size * size * 4];
        for (int index = 0; index < result.Length; index++)
        {
            double sum = 0;
            foreach ((int row, double rowWeight) in rows[index / 4 / size])
            {
                foreach ((int column, double columnWeight) in columns[index / 4 % size])
                {
                    sum += rowWeight * columnWeight * source[(((row * width) + column) * 4) + (index % 4)];
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
