namespace MLNet.MobileNetV2;

/// <summary>How far a download is.</summary>
/// <param name="FileName">The file that is downloaded.</param>
/// <param name="BytesReceived">Bytes received so far.</param>
/// <param name="TotalBytes">Bytes of the whole file.</param>
public readonly record struct DownloadProgress(string FileName, long BytesReceived, long TotalBytes);
