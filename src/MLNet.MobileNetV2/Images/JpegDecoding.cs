namespace MLNet.MobileNetV2;

/// <summary>At which of JPEG's sizes, n eighths of its own, a large JPEG is decoded before it is resized.</summary>
public enum JpegDecoding
{
    /// <summary>The smallest that keeps two pixels for each of the result along a side: within half a grey level of the full size on average.</summary>
    Oversampled,

    /// <summary>The smallest that covers the result: fastest, and about one grey level off.</summary>
    Covering,

    /// <summary>The full size: exact, and slow for many megapixels.</summary>
    Full,
}
