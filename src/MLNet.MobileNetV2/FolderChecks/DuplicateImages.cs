namespace MLNet.MobileNetV2;

/// <summary>How two photos are the same.</summary>
public enum DuplicateKind
{
    /// <summary>The files are equal, byte for byte.</summary>
    Exact,

    /// <summary>The same picture, compressed again, resized, or in another format.</summary>
    Copy,

    /// <summary>The same picture, lighter or darker.</summary>
    Brightness,

    /// <summary>One is a part of the other.</summary>
    Cropped,

    /// <summary>One is the mirror image of the other.</summary>
    Mirrored,

    /// <summary>One is the other, turned by 90, 180 or 270 degrees, perhaps mirrored too.</summary>
    Rotated,
}

/// <summary>Two photos that are the same. Immutable and thread-safe.</summary>
/// <param name="First">The one that comes first.</param>
/// <param name="Second">The other one.</param>
/// <param name="Kind">How they are the same.</param>
/// <param name="Similarity">Correlation of their light after what the kind says is undone, up to 1.</param>
public sealed record DuplicateImages(string First, string Second, DuplicateKind Kind, double Similarity);

/// <summary>A photo whose label is likely wrong. Immutable and thread-safe.</summary>
/// <param name="Path">The photo.</param>
/// <param name="Label">The label that it has.</param>
/// <param name="Suggested">The class that it looks like.</param>
/// <param name="Probability">
/// How likely that is: the mean of its probability by a head that was not trained on the photo, and its share of the most similar photos.
/// </param>
public sealed record LikelyWrongLabel(string Path, string Label, string Suggested, float Probability);

/// <summary>A photo that is unlike all others. Immutable and thread-safe.</summary>
/// <param name="Path">The photo.</param>
/// <param name="Distance">Mean cosine distance to the features of the five most similar photos, from 0 to 2.</param>
public sealed record OutlierImage(string Path, double Distance);

/// <summary>A file whose name promises another format than its content has. Immutable and thread-safe.</summary>
/// <param name="Path">The file.</param>
/// <param name="Format">The format of its content.</param>
public sealed record WronglyNamedImage(string Path, string Format);

/// <summary>A class and the number of its photos. Immutable and thread-safe.</summary>
/// <param name="Label">The class.</param>
/// <param name="Images">How many photos it has, those that cannot be read among them.</param>
public sealed record ImageClassCount(string Label, int Images);
