using MLNet.MobileNetV2.Featurization.Columns;
using MLNet.MobileNetV2.Images;

namespace MLNet.MobileNetV2.Featurization.LookAhead;

/// <summary>The pictures of the slots, in the form in which the image column holds them.</summary>
internal sealed class PictureSlots(ImageColumnKind kind, SlotColumn column)
{
    /// <summary>In which form pictures come.</summary>
    public ImageColumnKind Kind => kind;

    /// <summary>The path of a slot's picture, or null where it has none.</summary>
    public string? Path(int slot) => kind == ImageColumnKind.Path ? ((ScalarSlotColumn<ReadOnlyMemory<char>>)column)[slot].ToString() : null;

    /// <summary>The bytes of a slot's picture, of a column of encoded pictures.</summary>
    public ReadOnlySpan<byte> Encoded(int slot) => EncodedPicture.Dense(((VectorSlotColumn<byte>)column)[slot]);

    /// <summary>Turns a slot's picture into the network's input.</summary>
    public void Prepare(ImagePreprocessor preprocessor, int slot, Span<float> pixels)
    {
        switch (kind)
        {
            case ImageColumnKind.Path:
                preprocessor.FromFile(Path(slot)!, pixels);
                break;
            case ImageColumnKind.Image:
                preprocessor.FromImage(((ImageSlotColumn)column)[slot], pixels);
                break;
            case ImageColumnKind.Encoded:
                preprocessor.FromEncoded(Encoded(slot), null, pixels);
                break;
            default:
                ((VectorSlotColumn<float>)column)[slot].CopyTo(pixels);
                break;
        }
    }
}
