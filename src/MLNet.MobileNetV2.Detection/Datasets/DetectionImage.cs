using MLNet.MobileNetV2.FineTuning.Views;

namespace MLNet.MobileNetV2;

/// <summary>A photo of a data set with its boxes. Immutable and thread-safe.</summary>
/// <param name="ImagePath">The picture's file, which need not exist; for a picture without a file, what it is called in messages.</param>
/// <param name="Width">The photo's width in pixels as the data set says; null where it does not.</param>
/// <param name="Height">The photo's height in pixels, likewise.</param>
/// <param name="Boxes">The boxes in the order of the data set; none where the photo shows none of the classes.</param>
public sealed record DetectionImage(string ImagePath, int? Width, int? Height, IReadOnlyList<LabelledBox> Boxes)
{
    private readonly ImageSource? _source;

    /// <summary>What the picture is read from: its file, if nothing else was given.</summary>
    internal ImageSource Source
    {
        get => _source ?? ImageSource.FromFile(ImagePath);
        init => _source = value;
    }
}
