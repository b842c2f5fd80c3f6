namespace MLNet.MobileNetV2.Cli.Models;

/// <summary>What a file is by its first bytes.</summary>
internal static class FileStart
{
    private const int Length = 4096;

    /// <summary>Whether the file may be text: it has no zero byte at its start.</summary>
    public static bool IsText(string path) => !Read(path).Contains((byte)0);

    /// <summary>Whether the file is Parquet, as feature files are.</summary>
    public static bool IsParquet(string path) => Read(path).AsSpan().StartsWith("PAR1"u8);

    private static byte[] Read(string path)
    {
        using FileStream stream = File.OpenRead(path);
        byte[] start = new byte[Length];
        return start[..stream.ReadAtLeast(start, Length, throwOnEndOfStream: false)];
    }
}
