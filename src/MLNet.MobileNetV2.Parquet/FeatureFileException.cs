namespace MLNet.MobileNetV2;

/// <summary>A feature file that is missing, damaged, or of another layout, or that does not go together with another one.</summary>
public sealed class FeatureFileException : Exception
{
    /// <summary>Creates the exception for one file.</summary>
    /// <param name="file">The file or the pattern, as the caller named it.</param>
    /// <param name="reason">What was found and what is allowed.</param>
    /// <param name="innerException">The cause, if there is one.</param>
    internal FeatureFileException(string file, string reason, Exception? innerException = null)
        : base($"The feature file '{file}' cannot be used: {reason}", innerException)
    {
        File = file;
        Reason = reason;
    }

    /// <summary>The file or the pattern, as the caller named it.</summary>
    public string File { get; }

    /// <summary>What was found and what is allowed.</summary>
    public string Reason { get; }
}
