using System.IO.Compression;
using MLNet.MobileNetV2.Images;
using MLNet.MobileNetV2.WeightsImport.Onnx;

namespace MLNet.MobileNetV2.Serving;

/// <summary>Tells what a file is that was given for a model and is none.</summary>
internal static class ForeignModel
{
    /// <summary>What is needed, for messages.</summary>
    public const string Needed = "a file that mlContext.Model.Save or 'mobilenetv2 train' wrote";

    private const int HeadLength = 4096;
    private const string VersionEntry = "Version.txt";

    /// <summary>A sentence on what the file is, or null if it may be a model.</summary>
    public static string? Describe(Stream file)
    {
        byte[] head = new byte[HeadLength];
        ReadOnlySpan<byte> start = head.AsSpan(0, file.ReadAtLeast(head, HeadLength, throwOnEndOfStream: false));
        if (start.StartsWith("PK\x3\x4"u8) || start.StartsWith("PK\x5\x6"u8))
        {
            return DescribeArchive(file);
        }

        if (start.IsEmpty)
        {
            return "it is empty.";
        }

        if (OnnxReader.Recognizes(start))
        {
            return "it is an ONNX file, as 'mobilenetv2 export' writes it for other runtimes.";
        }

        return ImageSignature.Format(start) is { } image
            ? $"it is a {image} image."
            : $"it is no zip archive ({ImageSignature.Describe(start)}).";
    }

    private static string? DescribeArchive(Stream file)
    {
        file.Position = 0;
        try
        {
            using var archive = new ZipArchive(file, ZipArchiveMode.Read, leaveOpen: true);

            // Every model has it; ML.NET of Windows puts another separator before it.
            if (archive.Entries.Any(entry => entry.FullName.EndsWith(VersionEntry, StringComparison.Ordinal)))
            {
                return null;
            }

            int images = archive.Entries.Count(entry => ImageFormats.HasImageExtension(entry.FullName));
            if (images > 0)
            {
                return $"it is a zip archive with {images} images. To train on them, unpack it, with one folder a class, "
                    + "and give the folder to 'mobilenetv2 train'.";
            }

            return archive.Entries.Any(entry => entry.Name == "data.pkl")
                ? "it is a PyTorch checkpoint: weights, which 'mobilenetv2 train --weights' takes."
                : "it is a zip archive of other things "
                    + $"({string.Join(", ", archive.Entries.Take(3).Select(entry => $"'{entry.FullName}'"))}).";
        }
        catch (InvalidDataException)
        {
            return "it is a zip archive that is damaged or cut short.";
        }
    }
}
