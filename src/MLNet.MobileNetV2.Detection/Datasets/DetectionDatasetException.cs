namespace MLNet.MobileNetV2;

/// <summary>
/// A data set of boxes that cannot be read: missing, damaged, of an unknown format, or with something in it that is not allowed.
/// </summary>
public sealed class DetectionDatasetException : Exception
{
    /// <summary>Creates the exception for one file or folder.</summary>
    /// <param name="path">The file or folder in which the fault is.</param>
    /// <param name="reason">Where in it, what was found and what is allowed.</param>
    /// <param name="innerException">The cause, if there is one.</param>
    internal DetectionDatasetException(string path, string reason, Exception? innerException = null)
        : base($"The data set '{path}' cannot be read: {reason}", innerException)
    {
        Path = path;
        Reason = reason;
    }

    /// <summary>The file or folder in which the fault is.</summary>
    public string Path { get; }

    /// <summary>Where in it, what was found and what is allowed.</summary>
    public string Reason { get; }
}
