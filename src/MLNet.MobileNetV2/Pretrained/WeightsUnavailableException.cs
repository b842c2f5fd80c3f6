namespace MLNet.MobileNetV2;

/// <summary>A weight file that is not found locally and cannot be downloaded. The message names every way out.</summary>
public sealed class WeightsUnavailableException : Exception
{
    /// <summary>Creates the exception for one file.</summary>
    /// <param name="fileName">The plain name of the file.</param>
    /// <param name="reason">Why it is not available.</param>
    /// <param name="innerException">The cause, if there is one.</param>
    internal WeightsUnavailableException(string fileName, string reason, Exception? innerException = null)
        : base(Describe(fileName, reason), innerException)
    {
        FileName = fileName;
        Reason = reason;
    }

    /// <summary>The plain name of the file.</summary>
    public string FileName { get; }

    /// <summary>Why it is not available, without the ways out.</summary>
    public string Reason { get; }

    private const string Embedded = """
        ;
        - take the embedded weights, which need no file: WeightsSource.Embedded, on the command line 'embedded'.
        """;

    private static string Describe(string fileName, string reason)
    {
        string? segmenter = PretrainedSegmenter.All.FirstOrDefault(model => model.WeightsFile.FileName == fileName)?.Name;
        string model = segmenter
            ?? PretrainedModels.All.FirstOrDefault(model => model.WeightsFile?.FileName == fileName)?.Name ?? "NAME";
        string rest = segmenter is null ? Embedded : ".";
        return $"""
            The file '{fileName}' is not available: {reason}
            Ways out:
            - set {WeightsStoreOptions.FolderVariable} to a folder that holds '{fileName}';
            - allow the download (unset {WeightsStoreOptions.OfflineVariable}),
              or set {WeightsStoreOptions.MirrorVariable} to the address of a folder that serves the file;
            - run 'mobilenetv2 weights download {model}' where the network can be reached, and copy the file{rest}
            """;
    }
}
