using MLNet.MobileNetV2.Machine;

namespace MLNet.MobileNetV2.Weights;

/// <summary>Reads and writes whole files: reads within a limit, writes under a temporary name first.</summary>
internal static class BoundedFile
{
    /// <summary>The bytes of a file of at most <paramref name="maxLength"/> bytes.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="WeightsFormatException">The file is empty or longer.</exception>
    public static byte[] Read(string path, int maxLength)
    {
        using FileStream stream = File.OpenRead(path);
        long length = stream.Length;
        if (length == 0 || length > maxLength)
        {
            throw new WeightsFormatException(path, $"it has {length:N0} bytes; 1 to {maxLength:N0} are allowed.");
        }

        byte[] bytes = new byte[length];
        try
        {
            stream.ReadExactly(bytes);
        }
        catch (EndOfStreamException e)
        {
            throw new WeightsFormatException(path, "it became shorter while it was read.", e);
        }

        return bytes;
    }

    /// <summary>
    /// Writes a file under a temporary name in its folder and moves it; nothing stays behind on failure. A link stays: the file that it
    /// leads to is written.
    /// </summary>
    public static void Write(string path, Action<Stream> write)
    {
        string target = RealPath.Target(path);
        string temporary = TemporaryName(target);
        try
        {
            using (var stream = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None))
            {
                write(stream);

                // The move may reach the disk before what it moves: after a power cut the name would stand for an empty file.
                stream.Flush(flushToDisk: true);
            }

            File.Move(temporary, target, overwrite: true);
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    /// <summary>A new name beside a file.</summary>
    public static string TemporaryName(string path) => $"{path}.{Guid.NewGuid():N}.tmp";
}
