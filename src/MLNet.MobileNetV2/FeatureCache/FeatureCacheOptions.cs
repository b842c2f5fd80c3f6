namespace MLNet.MobileNetV2;

/// <summary>
/// A folder in which the featurizer keeps features: a picture whose features are there is neither decoded nor run through the network.
/// </summary>
/// <remarks>
/// <para>
/// Features are found only for the same weights, preprocessing, padding, tap and version of this library. They are kept as files that
/// are never changed, so that several processes can use one folder at a time, and one that is killed loses at most the
/// <see cref="RowsPerPart"/> pictures that it had not written yet. Where small files are many, they are joined: first the new file is
/// written, then they are deleted. Damaged files are passed over, and their pictures featurized anew. The folder can be deleted at any time.
/// </para>
/// <para>
/// In memory there is an index of some 60 bytes a picture (100 for those of small files), read when the featurizer is fitted, and the pictures not yet written; features
/// are read from the files, which the system keeps in memory where it has some to spare.
/// </para>
/// </remarks>
public sealed record FeatureCacheOptions
{
    private const int MinBytes = 1024 * 1024;
    private const int MaxRowsPerPart = 65_536;

    /// <summary>The folder, which is created where it is missing.</summary>
    public required string Folder { get; init; }

    /// <summary>By what pictures are known. Default: <see cref="FeatureCacheKey.Content"/>.</summary>
    public FeatureCacheKey Key { get; init; } = FeatureCacheKey.Content;

    /// <summary>
    /// Most bytes in the folder, from 1 MiB up: 5 KB a picture at 1280 features, of which one must fit. Above, the files that were written
    /// first go, until a sixteenth is free. Of several processes at once, each may write as much as that before it sees what the others
    /// wrote. Default: 1 GiB, some 200,000 pictures. A set of pictures that does not fit finds little of itself again.
    /// </summary>
    public long MaxBytes { get; init; } = 1024L * 1024 * 1024;

    /// <summary>
    /// Pictures in one file, from 1 to 65,536; fewer where they would take more than 8 MiB or an eighth of <see cref="MaxBytes"/>, and where
    /// reading ends before. Default: 256.
    /// </summary>
    public int RowsPerPart { get; init; } = 256;

    /// <summary>
    /// Called, by the thread that found out, where a file cannot be written, for example on a full disk: featurizing goes on, and nothing
    /// more is kept. It should not throw: what it throws comes out of reading a row's features, or of disposing. Default: null.
    /// </summary>
    public Action<Exception>? WriteFailed { get; init; }

    internal void Validate()
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(Folder);
        Check(Enum.IsDefined(Key), nameof(Key), Key, string.Join(" or ", Enum.GetNames<FeatureCacheKey>()));
        Check(MaxBytes >= MinBytes, nameof(MaxBytes), MaxBytes, $"{MinBytes} or more");
        Check(RowsPerPart is >= 1 and <= MaxRowsPerPart, nameof(RowsPerPart), RowsPerPart, $"1 to {MaxRowsPerPart}");
    }

    private static void Check(bool isAllowed, string option, object value, string allowed)
    {
        if (!isAllowed)
        {
            throw new ArgumentOutOfRangeException(option, value, $"{nameof(FeatureCacheOptions)}.{option} must be {allowed}.");
        }
    }
}
