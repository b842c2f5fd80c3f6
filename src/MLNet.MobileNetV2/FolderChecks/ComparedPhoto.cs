using System.Numerics.Tensors;

namespace MLNet.MobileNetV2.FolderChecks;

/// <summary>A thumbnail as it is compared with others: first in a few large cells, which tells most photos apart at once.</summary>
internal sealed class ComparedPhoto
{
    /// <summary>Rows, and columns, of large cells.</summary>
    public const int CoarseSide = 16;

    private const int Cell = ImageThumbnail.Side / CoarseSide;

    private readonly ImageThumbnail _thumbnail;

    public ComparedPhoto(ImageThumbnail thumbnail)
    {
        _thumbnail = thumbnail;
        float[] light = Light();
        Coarse = new float[CoarseSide * CoarseSide];
        for (int pixel = 0; pixel < light.Length; pixel++)
        {
            (int y, int x) = Math.DivRem(pixel, ImageThumbnail.Side);
            Coarse[(y / Cell * CoarseSide) + (x / Cell)] += light[pixel] / (Cell * Cell);
        }
    }

    /// <summary>The mean light of each large cell.</summary>
    public float[] Coarse { get; }

    /// <summary>The light of each pixel, made anew each time: few photos need it.</summary>
    public float[] Light()
    {
        float[] light = new float[_thumbnail.Grey.Length];
        TensorPrimitives.ConvertChecked<byte, float>(_thumbnail.Grey, light);
        return light;
    }
}
