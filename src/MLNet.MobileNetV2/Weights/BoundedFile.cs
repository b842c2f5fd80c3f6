namespace MLNet.MobileNetV2.Weights;

/// <summary>Reads whole files within a limit.</summary>
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
}
