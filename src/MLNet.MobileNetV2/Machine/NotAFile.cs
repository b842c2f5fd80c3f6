namespace MLNet.MobileNetV2.Machine;

/// <summary>Says what is wrong with a path where something else than a file lies, or nothing.</summary>
internal static class NotAFile
{
    private const string WhatItIs = "is an address of the network, from which nothing is downloaded: download it first, and give its path";

    /// <summary>The reason why an address cannot be used.</summary>
    public const string Address = $"it {WhatItIs}.";

    /// <summary>Whether the text is an address of the network rather than a path.</summary>
    public static bool IsAddress(string path) => path.Contains("://", StringComparison.Ordinal);

    /// <summary>The end of a sentence that begins with the path.</summary>
    public static string Describe(string path)
    {
        if (IsAddress(path))
        {
            return WhatItIs;
        }

        return Directory.Exists(path) ? "is a folder" : "is not there";
    }
}
