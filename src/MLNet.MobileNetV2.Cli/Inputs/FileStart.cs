namespace MLNet.MobileNetV2.Cli.Inputs;

/// <summary>
/// What a file is by its first bytes. Of a pipe or a device nothing is read: it would wait, or what was read would be gone.
/// </summary>
internal static class FileStart
{
    private const int Length = 4096;

    /// <summary>Whether the file may be text: it has no zero byte at its start.</summary>
    public static bool IsText(string path) => !Read(path).Contains((byte)0);

    /// <summary>Of a feature file (Parquet), a sentence that says how it is trained on, with a space before it; else nothing.</summary>
    public static string HowToTrainOn(string path) =>
        Read(path).AsSpan().StartsWith("PAR1"u8) ? $" Features are trained on with 'mobilenetv2 train --features {path}'." : string.Empty;

    private static byte[] Read(string path)
    {
        if (new FileInfo(path).Length == 0)
        {
            return [];
        }

        using FileStream stream = File.OpenRead(path);
        byte[] start = new byte[Length];
        return start[..stream.ReadAtLeast(start, Length, throwOnEndOfStream: false)];
    }
}
