using System.Numerics.Tensors;

namespace MLNet.MobileNetV2.Segmentation.Maps;

/// <summary>
/// The logits of each place of a square map, resized bilinearly to pixels. The first and the last place lie on the middle of the first and
/// the last pixel of the network's image (aligned corners); that image is the photo squashed, so that a pixel of the photo lies between
/// places as its middle does on the squashed image. Immutable and thread-safe.
/// </summary>
internal sealed class LogitMap
{
    private readonly float[] _logits;
    private readonly int _side;
    private readonly int _classes;
    private readonly int _imageSide;

    /// <summary>Takes logits as the network gives them, class after class.</summary>
    public LogitMap(ReadOnlySpan<float> logits, int side, int classes, int imageSide)
    {
        _side = side;
        _classes = classes;
        _imageSide = imageSide;
        _logits = new float[logits.Length];
        int places = side * side;
        for (int i = 0; i < logits.Length; i++)
        {
            _logits[(i % places * classes) + (i / places)] = logits[i];
        }
    }

    /// <summary>Finds the class of each pixel: the largest logit, the first of equal ones.</summary>
    /// <exception cref="OperationCanceledException">The caller cancelled.</exception>
    public byte[] Classes(int width, int height, CancellationToken cancellationToken)
    {
        byte[] map = new byte[checked(width * height)];
        Position[] columns = Positions(width);
        float[] row = new float[_side * _classes];
        int[] best = new int[_side];
        float[] pixel = new float[_classes];
        foreach ((int y, Position at) in Positions(height).Index())
        {
            cancellationToken.ThrowIfCancellationRequested();
            FillRow(at, row);
            for (int place = 0; place < _side; place++)
            {
                best[place] = TensorPrimitives.IndexOfMax<float>(Logits(row, place));
            }

            Span<byte> line = map.AsSpan(y * width, width);
            for (int x = 0; x < width; x++)
            {
                // Along a line between two places logits are linear: a class that wins at both ends wins between them.
                Position column = columns[x];
                line[x] = best[column.First] == best[column.Second]
                    ? (byte)best[column.First]
                    : (byte)TensorPrimitives.IndexOfMax<float>(Between(row, column, pixel));
            }
        }

        return map;
    }

    /// <summary>The probability of a class at each pixel: the softmax of the resized logits.</summary>
    public float[] Probabilities(int classIndex, int width, int height)
    {
        float[] map = new float[checked(width * height)];
        AtEachPixel(width, height, (pixel, probabilities) => map[pixel] = probabilities[classIndex]);
        return map;
    }

    /// <summary>The probabilities of all classes, those of the first at each pixel, then those of the second.</summary>
    public float[] Probabilities(int width, int height)
    {
        int pixels = checked(width * height);
        float[] maps = new float[checked(_classes * pixels)];
        AtEachPixel(width, height, (pixel, probabilities) =>
        {
            for (int number = 0; number < probabilities.Length; number++)
            {
                maps[(number * pixels) + pixel] = probabilities[number];
            }
        });
        return maps;
    }

    private void AtEachPixel(int width, int height, Action<int, ReadOnlySpan<float>> take)
    {
        Position[] columns = Positions(width);
        float[] row = new float[_side * _classes];
        float[] pixel = new float[_classes];
        foreach ((int y, Position at) in Positions(height).Index())
        {
            FillRow(at, row);
            for (int x = 0; x < width; x++)
            {
                Span<float> logits = Between(row, columns[x], pixel);
                TensorPrimitives.SoftMax(logits, logits);
                take((y * width) + x, logits);
            }
        }
    }

    private Position[] Positions(int pixels)
    {
        var positions = new Position[pixels];
        double last = _side - 1;
        for (int i = 0; i < pixels; i++)
        {
            double onImage = ((i + 0.5) * _imageSide / pixels) - 0.5;
            double place = Math.Clamp(_imageSide == 1 ? 0 : onImage * last / (_imageSide - 1), 0, last);
            int first = (int)place;
            positions[i] = new(first, Math.Min(first + 1, _side - 1), (float)(place - first));
        }

        return positions;
    }

    private void FillRow(Position at, Span<float> row)
    {
        int length = row.Length;
        TensorPrimitives.Lerp(_logits.AsSpan(at.First * length, length), _logits.AsSpan(at.Second * length, length), at.Share, row);
    }

    private Span<float> Between(ReadOnlySpan<float> row, Position column, Span<float> pixel)
    {
        TensorPrimitives.Lerp(Logits(row, column.First), Logits(row, column.Second), column.Share, pixel);
        return pixel;
    }

    private ReadOnlySpan<float> Logits(ReadOnlySpan<float> row, int place) => row.Slice(place * _classes, _classes);

    /// <summary>Two places next to each other, and the share of the second one.</summary>
    private readonly record struct Position(int First, int Second, float Share);
}
