namespace MLNet.MobileNetV2;

/// <summary>A photo of a data set with its boxes. Immutable and thread-safe.</summary>
/// <param name="ImagePath">The picture's file, which need not exist.</param>
/// <param name="Width">The photo's width in pixels as the data set says; null where it does not.</param>
/// <param name="Height">The photo's height in pixels, likewise.</param>
/// <param name="Boxes">The boxes in the order of the data set; none where the photo shows none of the classes.</param>
public sealed record DetectionImage(string ImagePath, int? Width, int? Height, IReadOnlyList<LabelledBox> Boxes);
