using SkiaSharp;

namespace MLNet.MobileNetV2.Tests.Detection.Inference;

/// <summary>
/// A picture as the reference's graph prepares it: TensorFlow's old bilinear resize, whose pixels' corners lie on those of the image and
/// which takes two neighbours, the last one repeated, whatever the scale.
/// </summary>
internal sealed class ReferencePicture
{
    public const int Side = 300;

    public ReferencePicture(string path)
    {
        using SKBitmap picture = SKBitmap.Decode(path);
        (Width, Height) = (picture.Width, picture.Height);
        Pixels = new float[3 * Side * Side];
        for (int row = 0; row < Side; row++)
        {
            (int top, int bottom, float down) = Neighbours(row, Height);
            for (int column = 0; column < Side; column++)
            {
                (int left, int right, float across) = Neighbours(column, Width);
                for (int channel = 0; channel < 3; channel++)
                {
                    float above = Mix(Value(left, top), Value(right, top), across);
                    float below = Mix(Value(left, bottom), Value(right, bottom), across);
                    Pixels[(((channel * Side) + row) * Side) + column] = Mix(above, below, down);

                    float Value(int x, int y)
                    {
                        SKColor color = picture.GetPixel(x, y);
                        return channel == 0 ? color.Red : channel == 1 ? color.Green : color.Blue;
                    }
                }
            }
        }
    }

    public int Width { get; }

    public int Height { get; }

    /// <summary>Planes of red, green and blue, 0 to 255.</summary>
    public float[] Pixels { get; }

    private static (int Before, int After, float Part) Neighbours(int place, int length)
    {
        float source = place * ((float)length / Side);
        int before = (int)source;
        return (before, Math.Min(before + 1, length - 1), source - before);
    }

    private static float Mix(float from, float to, float part) => from + ((to - from) * part);
}
