namespace MLNet.MobileNetV2;

/// <summary>
/// An image folder that cannot be used: missing, without images or classes, or with something in it that cannot be read.
/// </summary>
public sealed class ImageFolderException : Exception
{
    /// <summary>Creates the exception for one folder.</summary>
    /// <param name="folder">The folder as the caller named it.</param>
    /// <param name="reason">What was found and what is needed, without the folder.</param>
    /// <param name="innerException">The cause, if there is one.</param>
    internal ImageFolderException(string folder, string reason, Exception? innerException = null)
        : base($"The image folder '{folder}' cannot be used: {reason}", innerException)
    {
        Folder = folder;
        Reason = reason;
    }

    /// <summary>The folder as the caller named it.</summary>
    public string Folder { get; }

    /// <summary>What was found and what is needed, without the folder.</summary>
    public string Reason { get; }
}
