using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.MobileNetV2.Featurization.Columns;

namespace MLNet.MobileNetV2.Featurization.LookAhead;

/// <summary>
/// A column of decoded images. A transform that gives an image may dispose the one before it, and one that takes an image may dispose
/// that, so the workers' images are handed to nobody: readers get copies, which are theirs.
/// </summary>
internal sealed class ImageSlotColumn(ValueGetter<MLImage?> source, int count) : SlotColumn, IColumnValues<MLImage?>
{
    private readonly MLImage?[] _values = new MLImage?[count];

    public MLImage? this[int slot] => _values[slot];

    public override long Read(int slot)
    {
        source(ref _values[slot]);
        return _values[slot] is { } image ? (long)image.Width * image.Height * image.BitsPerPixel / 8 : 0;
    }

    public override Delegate Getter(Func<int> current)
    {
        return new ValueGetter<MLImage?>(Get);

        void Get(ref MLImage? value)
        {
            value?.Dispose();
            value = Copy(_values[current()]);
        }
    }

    private static MLImage? Copy(MLImage? image)
    {
        if (image is null)
        {
            return null;
        }

        MLImage copy = MLImage.CreateFromPixels(image.Width, image.Height, image.PixelFormat, image.Pixels);
        copy.Tag = image.Tag;
        return copy;
    }
}
