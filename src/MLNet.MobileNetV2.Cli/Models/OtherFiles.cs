using MLNet.MobileNetV2.Cli.Output;
using MLNet.MobileNetV2.Data;

namespace MLNet.MobileNetV2.Cli.Models;

/// <summary>Says which kinds of files a folder holds beside pictures: a photo in a format that is not read must not go unnoticed.</summary>
internal static class OtherFiles
{
    /// <summary>Those of a folder whose sub-folders are classes, and the pictures that lie directly in it, which are of no class.</summary>
    public static void WriteOfClasses(Terminal terminal, string folder, CancellationToken cancellationToken)
    {
        ImageFolderContent content = new ImageFolderWalk(folder, cancellationToken).Run();
        Write(terminal, folder, content.Others.Where(IsInAClass));
        int loose = content.Pictures.Count(name => !IsInAClass(name));
        if (loose > 0)
        {
            terminal.Error.WriteLine($"Pictures that lie directly in '{folder}' have no class and are left out: {loose}.");
        }
    }

    /// <summary>Those of a folder of pictures.</summary>
    public static void Write(Terminal terminal, string folder, CancellationToken cancellationToken) =>
        Write(terminal, folder, new ImageFolderWalk(folder, cancellationToken).Run().Others);

    private static bool IsInAClass(string name) => name.Contains('/', StringComparison.Ordinal);

    private static void Write(Terminal terminal, string folder, IEnumerable<string> files)
    {
        string[] kinds =
        [
            .. files
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
