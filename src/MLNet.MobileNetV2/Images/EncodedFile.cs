using System.Security;
using Microsoft.Win32.SafeHandles;
using MLNet.MobileNetV2.Machine;

namespace MLNet.MobileNetV2.Images;

/// <summary>Reads an image's file whole, within a limit.</summary>
internal static class EncodedFile
{
    /// <summary>The file's bytes; the caller disposes them. The file is closed again.</summary>
    /// <exception cref="BadImageException">There is no such file, or it is empty, too large, or may not be read.</exception>
    public static PooledBytes Read(string? path, int limit = ImageLimits.EncodedBytes)
    {
        if (string.IsNullOrEmpty(path))
        {
            throw new BadImageException(path, path is null ? "no path was given (null)." : "the path is empty.");
        }

        try
        {
            FileInfo file = Find(path);
            CheckLength(path, file.Length, limit);
            using SafeFileHandle handle = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.Read, FileOptions.SequentialScan);
            long length = RandomAccess.GetLength(handle);
            CheckLength(path, length, limit);
            return ReadAll(handle, (int)length);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException
            or NotSupportedException or SecurityException)
        {
            throw new BadImageException(path, $"the file cannot be read: {exception.Message}", exception);
        }
    }

    /// <summary>Refuses an encoded image that is too long.</summary>
    /// <exception cref="BadImageException">It is.</exception>
    public static void CheckLimit(string? path, long length, int limit)
    {
        if (length > limit)
        {
            throw new BadImageException(path, $"it has {length} bytes; at most {limit} are allowed.");
        }
    }

    private static FileInfo Find(string path)
    {
        var file = new FileInfo(path);
        if (file.Exists && file.LinkTarget is not null)
        {
            file = new FileInfo(RealPath.Target(path));
        }

        if (file.Exists)
        {
            return file;
        }

        string reason = NotAFile.IsAddress(path) ? NotAFile.Address
            : Directory.Exists(path) ? "it is a folder; an image file is needed."
            : $"there is no file '{Path.GetFullPath(path)}'.";
        throw new BadImageException(path, reason);
    }

    // Devices and pipes have length 0: checked before opening, they are refused instead of being waited for.
    private static void CheckLength(string path, long length, int limit)
    {
        if (length == 0)
        {
            throw new BadImageException(path, "the file is empty (or no ordinary file).");
        }

        CheckLimit(path, length, limit);
    }

    private static PooledBytes ReadAll(SafeFileHandle handle, int length)
    {
        var bytes = new PooledBytes(length);
        try
        {
            int done = 0;
            int read;
            while (done < length && (read = RandomAccess.Read(handle, bytes.Span[done..], done)) > 0)
            {
                done += read;
            }

            return bytes.First(done);
        }
        catch
        {
            bytes.Dispose();
            throw;
        }
    }
}
