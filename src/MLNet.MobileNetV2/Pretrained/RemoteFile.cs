namespace MLNet.MobileNetV2.Pretrained;

/// <summary>A file that can be downloaded, known to the byte. Immutable and thread-safe.</summary>
/// <param name="FileName">Its plain name in folders and on mirrors, without a path.</param>
/// <param name="Url">Where it is published.</param>
/// <param name="Length">Its length in bytes.</param>
/// <param name="Sha256">Its SHA-256 in hex.</param>
internal sealed record RemoteFile(string FileName, Uri Url, long Length, string Sha256);
