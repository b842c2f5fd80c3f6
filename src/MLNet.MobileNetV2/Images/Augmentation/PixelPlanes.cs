using System.Numerics;
using System.Numerics.Tensors;

namespace MLNet.MobileNetV2.Images.Augmentation;

/// <summary>A view as the network takes it: one plane of values 0..255 a channel.</summary>
internal readonly ref struct PixelPlanes
{
    private const int Channels = 3;

    public PixelPlanes(Span<float> planar, ImageChannelOrder order)
    {
        int count = planar.Length / Channels;
        bool isRgb = order == ImageChannelOrder.Rgb;
        Red = planar.Slice(isRgb ? 0 : 2 * count, count);
        Green = planar.Slice(count, count);
        Blue = planar.Slice(isRgb ? 2 * count : 0, count);
    }

    public Span<float> Red { get; }

    public Span<float> Green { get; }

    public Span<float> Blue { get; }

    public float MeanGrey() =>
        Colour.Grey(TensorPrimitives.Sum<float>(Red), TensorPrimitives.Sum<float>(Green), TensorPrimitives.Sum<float>(Blue)) / Red.Length;

    /// <summary>Changes every pixel.</summary>
    /// <typeparam name="TChange">A struct, so that the change is compiled into the loop.</typeparam>
    public void Apply<TChange>(TChange change)
        where TChange : struct, IPixelChange
    {
        int places = Vector<float>.Count;
        int index = 0;
        for (; index <= Red.Length - places; index += places)
        {
            ApplyAt(Red[index..], Green[index..], Blue[index..], change);
        }

        int rest = Red.Length - index;
        if (rest > 0)
        {
            Span<float> padded = stackalloc float[Channels * places];
            padded.Clear();
            Red[index..].CopyTo(padded);
            Green[index..].CopyTo(padded[places..]);
            Blue[index..].CopyTo(padded[(2 * places)..]);
            ApplyAt(padded, padded[places..], padded[(2 * places)..], change);
            padded[..rest].CopyTo(Red[index..]);
            padded.Slice(places, rest).CopyTo(Green[index..]);
            padded.Slice(2 * places, rest).CopyTo(Blue[index..]);
        }
    }

    private static void ApplyAt<TChange>(Span<float> reds, Span<float> greens, Span<float> blues, TChange change)
        where TChange : struct, IPixelChange
    {
        var red = new Vector<float>(reds);
        var green = new Vector<float>(greens);
        var blue = new Vector<float>(blues);
        change.Apply(ref red, ref green, ref blue);
        red.CopyTo(reds);
        green.CopyTo(greens);
        blue.CopyTo(blues);
    }
}
