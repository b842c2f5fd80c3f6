namespace MLNet.MobileNetV2.Machine;

/// <summary>Describes what a path leads to instead of a file.</summary>
internal static class NotAFile
{
    private const string WhatItIs = "is a URL, which is not downloaded: download it first, and give the file's path";

    /// <summary>The reason why a URL cannot be used.</summary>
    public const string Address = $"it {WhatItIs}.";

    public static bool IsAddress(string path) => path.Contains("://", StringComparison.Ordinal);

    /// <summary>The end of a sentence that begins with the path.</summary>
    public static string Describe(string path) =>
        IsAddress(path) ? WhatItIs : Directory.Exists(path) ? "is a folder" : "does not exist";
}
