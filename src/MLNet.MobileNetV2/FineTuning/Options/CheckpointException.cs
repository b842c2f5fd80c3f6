namespace MLNet.MobileNetV2;

/// <summary>A checkpoint is there that is not wanted, of another training that is not done, or damaged; the message names it.</summary>
public sealed class CheckpointException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="path">The checkpoint.</param>
    /// <param name="problem">What is wrong, as the end of a sentence.</param>
    /// <param name="innerException">What led to it.</param>
    public CheckpointException(string path, string problem, Exception? innerException = null)
        : base($"The checkpoint '{path}' {problem}", innerException) => Path = path;

    /// <summary>The checkpoint.</summary>
    public string Path { get; }
}
