using MLNet.MobileNetV2.Cli.Output;
using MLNet.MobileNetV2.Data;
using MLNet.MobileNetV2.Images;

namespace MLNet.MobileNetV2.Cli.Models;

/// <summary>Reads a folder with one sub-folder per class.</summary>
internal static class LabelledFolder
{
    /// <exception cref="ImageFolderException">The folder is missing, or holds no such sub-folders or too few.</exception>
    public static IReadOnlyList<ImageFile> Read(string folder, int minimumClasses, CancellationToken cancellationToken) =>
    [
        .. ImageFolder.Read(folder, new ImageFolderOptions { MinimumClasses = minimumClasses }, cancellationToken)
            .Select(file => file with { ImagePath = PathSpelling.Of(folder, file.ImagePath) }),
    ];

    /// <summary>Says which kinds of files the classes hold beside pictures: a photo in a format that is not read must not go unnoticed.</summary>
    public static void WriteOtherFiles(Terminal terminal, string folder, CancellationToken cancellationToken)
    {
        string[] kinds =
        [
            .. ImageFolder.ReadOtherFiles(folder, cancellationToken)
                .CountBy(file => Path.GetExtension(file) is { Length: > 0 } extension ? $"*{extension}" : "no extension", StringComparer.OrdinalIgnoreCase)
                .OrderBy(kind => kind.Key, StringComparer.OrdinalIgnoreCase)
                .Select(kind => $"{kind.Value} with {kind.Key}"),
        ];
        if (kinds.Length > 0)
        {
            terminal.Error.WriteLine(
                $"Files in '{folder}' whose names are not those of pictures ({string.Join(", ", ImageFormats.Extensions)}) are left out: {string.Join(", ", kinds)}.");
        }
    }
}
