using MLNet.MobileNetV2.Data;

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
}
