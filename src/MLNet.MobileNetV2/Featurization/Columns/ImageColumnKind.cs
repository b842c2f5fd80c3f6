namespace MLNet.MobileNetV2.Featurization.Columns;

/// <summary>The forms in which a column can hold pictures.</summary>
internal enum ImageColumnKind
{
    /// <summary>Text: a file path a row.</summary>
    Path,

    /// <summary>An unsized <c>MLImage</c>.</summary>
    Image,

    /// <summary>The bytes of an encoded picture.</summary>
    Encoded,

    /// <summary>Pixels 0..255, planar, of the network's input size.</summary>
    Pixels,
}
