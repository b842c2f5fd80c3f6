namespace MLNet.MobileNetV2;

/// <summary>A weight file that is damaged, or that does not hold the tensors of a MobileNetV2.</summary>
public sealed class WeightsFormatException : Exception
{
    /// <summary>Creates the exception for one file.</summary>
    /// <param name="source">The file or the name of the weights.</param>
    /// <param name="reason">What was found and what is allowed.</param>
    /// <param name="innerException">The cause, if there is one.</param>
    internal WeightsFormatException(string source, string reason, Exception? innerException = null)
        : base($"The weights '{source}' cannot be used: {reason}", innerException)
    {
        FileOrName = source;
        Reason = reason;
    }

    /// <summary>The file or the name of the weights.</summary>
    public string FileOrName { get; }

    /// <summary>What was found and what is allowed.</summary>
    public string Reason { get; }
}
