namespace MLNet.MobileNetV2;

/// <summary>Weights, and why <see cref="WeightsStore"/> chose them. Immutable and thread-safe.</summary>
public sealed class LoadedWeights
{
    internal LoadedWeights(MobileNetV2Weights weights, PretrainedModel? model, string? fallbackReason)
    {
        Weights = weights;
        Model = model;
        FallbackReason = fallbackReason;
    }

    /// <summary>The weights.</summary>
    public MobileNetV2Weights Weights { get; }

    /// <summary>The catalog model that they are, or null for a file or weights of the user's.</summary>
    public PretrainedModel? Model { get; }

    /// <summary>Why <see cref="WeightsSource.Auto"/> took the embedded weights; null where the weights are the requested ones.</summary>
    public string? FallbackReason { get; }

    /// <summary>What to tell the user where the weights are not the first choice; else null.</summary>
    internal string? FallbackWarning => FallbackReason is null ? null
        : $"Using the embedded weights in place of ImageNet's, which they learned from: {FallbackReason} "
            + "To use ImageNet's, set MOBILENETV2_WEIGHTS to a folder that holds the file, or run 'mobilenetv2 weights download imagenet'.";
}

/// <summary>The progress of a download. Immutable and thread-safe.</summary>
public sealed class DownloadProgress
{
    internal DownloadProgress(string fileName, long bytesReceived, long totalBytes)
    {
        FileName = fileName;
        BytesReceived = bytesReceived;
        TotalBytes = totalBytes;
    }

    /// <summary>The file that is downloaded.</summary>
    public string FileName { get; }

    /// <summary>Bytes received so far.</summary>
    public long BytesReceived { get; }

    /// <summary>Bytes of the whole file.</summary>
    public long TotalBytes { get; }
}
