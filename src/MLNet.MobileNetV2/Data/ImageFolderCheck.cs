using MLNet.MobileNetV2.Images;

namespace MLNet.MobileNetV2.Data;

/// <summary>Checks that a labelled folder holds what is needed.</summary>
internal static class ImageFolderCheck
{
    /// <summary>What a labelled folder looks like, for messages.</summary>
    public const string Layout = "One sub-folder per class is needed, for example 'rose/1.jpg' and 'tulip/1.jpg'.";

    private const int NamesShown = 5;

    /// <summary>Throws where the folder holds too few classes, or a class without images.</summary>
    public static void Check(string path, ImageFolderOptions options, ImageFolderContent content, IReadOnlySet<string> labels)
    {
        if (content.Folders.Count == 0)
        {
            throw new ImageFolderException(path, $"it holds {Files(content)} and no sub-folder. {Layout}");
        }

        string[] empty = [.. content.Folders.Where(folder => !labels.Contains(folder))];
        if (empty.Length > 0)
        {
            throw new ImageFolderException(
                path, $"no image lies in {Names(empty)}. Images end in {ImageFormats.ExtensionList}; "
                    + "remove folders that are not classes.");
        }

        if (content.Folders.Count < options.MinimumClasses)
        {
            string found = content.Folders.Count == 1 ? "the only class is" : $"it has {content.Folders.Count} classes:";
            throw new ImageFolderException(
                path, $"{found} {Names(content.Folders)}; at least {options.MinimumClasses} are needed. {Layout}{Hint(content)}");
        }
    }

    /// <summary>An unpacked archive often wraps the class folders in one more folder.</summary>
    private static string Hint(ImageFolderContent content)
    {
        bool isWrapper = content.Folders.Count == 1 && content.Images.All(name => name.AsSpan().Count('/') != 1);
        return isWrapper
            ? $" Every image lies in a sub-folder of '{content.Folders[0]}': if those are the classes, give that folder."
            : string.Empty;
    }

    private static string Files(ImageFolderContent content)
    {
        int others = content.Others.Count(name => !name.Contains('/', StringComparison.Ordinal));
        return content.Images.Count > 0 ? Count(content.Images.Count, "image")
            : others == 0 ? "no file"
            : $"{Count(others, "file")}, none of them an image ({ImageFormats.ExtensionList}),";
    }

    private static string Count(int count, string noun) => count == 1 ? $"1 {noun}" : $"{count} {noun}s";

    private static string Names(IReadOnlyList<string> folders)
    {
        string names = string.Join(", ", folders.Take(NamesShown).Select(folder => $"'{folder}'"));
        return folders.Count > NamesShown ? $"{names} and {folders.Count - NamesShown} more" : names;
    }
}
