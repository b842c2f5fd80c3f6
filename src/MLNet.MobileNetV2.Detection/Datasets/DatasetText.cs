using System.Globalization;
using System.Text;
using MLNet.MobileNetV2.Machine;

namespace MLNet.MobileNetV2.Detection.Datasets;

/// <summary>What all formats need of text: files within a limit, numbers, and names of pictures that stay in their folder.</summary>
internal static class DatasetText
{
    /// <summary>Most bytes of a small file, such as a picture's boxes: 64 MiB.</summary>
    public const int SmallFile = 64 * 1024 * 1024;

    private const int ShownCharacters = 60;

    private static readonly UTF8Encoding s_utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Opens a file for reading from start to end.</summary>
    public static FileStream Open(string file, long limit = long.MaxValue)
    {
        try
        {
            var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16, FileOptions.SequentialScan);
            if (stream.Length <= limit)
            {
                return stream;
            }

            stream.Dispose();
            throw new DetectionDatasetException(file, $"it has more than {limit} bytes, which is the most that is allowed.");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            string reason = File.Exists(file) ? error.Message : $"it {NotAFile.Describe(file)}.";
            throw new DetectionDatasetException(file, reason, error);
        }
    }

    /// <summary>Lines of a text file as they are read.</summary>
    public static IEnumerable<string> Lines(string file)
    {
        using FileStream stream = Open(file, SmallFile);
        using StreamReader reader = Reader(stream);
        while (ReadLine(file, reader) is { } line)
        {
            // No path may hold the null character.
            yield return !line.Contains('\0')
                ? line
                : throw new DetectionDatasetException(file, "it is not a text: it has a null character.");
        }
    }

    /// <summary>A reader of UTF-8, of other Unicode where the file begins with its mark.</summary>
    public static StreamReader Reader(Stream stream) => new(stream, s_utf8, detectEncodingFromByteOrderMarks: true);

    /// <summary>A number written with a point, whatever the machine's language; it may be NaN or infinite.</summary>
    public static bool TryNumber(ReadOnlySpan<char> text, out float number) =>
        float.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out number);

    /// <summary>Text of a file for a message.</summary>
    public static string Shown(ReadOnlySpan<char> text) =>
        text.Length <= ShownCharacters ? $"'{text}'" : $"'{text[..ShownCharacters]}…'";

    /// <summary>Joins the name of a picture with its folder.</summary>
    /// <param name="folder">The folder that the name begins in.</param>
    /// <param name="name">The name as the data set has it, with '/' or '\' between the parts.</param>
    /// <param name="file">The file that has the name.</param>
    /// <param name="where">Where in the file.</param>
    /// <exception cref="DetectionDatasetException">The name is empty or leads out of the folder.</exception>
    public static string ImagePath(string folder, string name, string file, string where)
    {
        string[] parts = name.Split('/', '\\');
        bool isWithin = !string.IsNullOrWhiteSpace(name) && !name.Contains('\0') && parts[0].Length > 0
            && !parts[0].Contains(':') && !parts.Contains("..");
        return isWithin
            ? Path.Join([folder, .. parts.Where(part => part is not ("" or "."))])
            : throw new DetectionDatasetException(
                file, $"{where} names the picture {Shown(name)}; a name within the folder '{folder}', without '..', is needed.");
    }

    private static string? ReadLine(string file, StreamReader reader)
    {
        try
        {
            return reader.ReadLine();
        }
        catch (Exception error) when (error is IOException or DecoderFallbackException)
        {
            throw new DetectionDatasetException(file, $"it is not a text in UTF-8: {error.Message}", error);
        }
    }
}
