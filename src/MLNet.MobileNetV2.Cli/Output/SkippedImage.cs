using MLNet.MobileNetV2.Data;

namespace MLNet.MobileNetV2.Cli.Output;

/// <summary>A picture that could not be used.</summary>
internal sealed record SkippedImage(string Path, string Reason)
{
    private const int ReasonsShown = 3;

    /// <summary>Why the first of some pictures could not be used, for a message.</summary>
    public static string Reasons(IEnumerable<SkippedImage> skipped, IEnumerable<ImageFile> files)
    {
        HashSet<string> paths = [.. files.Select(file => file.ImagePath)];
        return string.Join(
            ' ', skipped.Where(image => paths.Contains(image.Path)).Take(ReasonsShown).Select(image => $"{image.Path}: {image.Reason}"));
    }
}
