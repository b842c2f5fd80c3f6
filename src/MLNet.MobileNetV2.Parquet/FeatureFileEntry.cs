namespace MLNet.MobileNetV2.Parquet;

/// <summary>One of the feature files that are read together, as it was when they were found. Immutable and thread-safe.</summary>
/// <param name="Name">The file as the caller named it.</param>
/// <param name="Path">Its full path.</param>
/// <param name="RowCount">Number of images.</param>
/// <param name="Fingerprint">What tells it from files with other images.</param>
internal sealed record FeatureFileEntry(string Name, string Path, long RowCount, string Fingerprint);
