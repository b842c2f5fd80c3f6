namespace MLNet.MobileNetV2;

/// <summary>An image that cannot be used: missing, empty, truncated, too large, or of a format that is not supported.</summary>
public sealed class BadImageException : Exception
{
    /// <summary>Creates the exception for one image.</summary>
    /// <param name="path">The file as the caller named it, or null for an image that came as bytes or pixels.</param>
    /// <param name="reason">What was found and what is allowed, without the path.</param>
    /// <param name="innerException">The cause, if there is one.</param>
    public BadImageException(string? path, string reason, Exception? innerException = null)
        : base(path is null ? $"The image cannot be used: {reason}" : $"The image '{path}' cannot be used: {reason}", innerException)
    {
        Path = path;
        Reason = reason;
    }

    /// <summary>The file as the caller named it, or null for an image that came as bytes or pixels.</summary>
    public string? Path { get; }

    /// <summary>What was found and what is allowed, without the path.</summary>
    public string Reason { get; }
}
