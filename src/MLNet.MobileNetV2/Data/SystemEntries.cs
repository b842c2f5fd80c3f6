namespace MLNet.MobileNetV2.Data;

/// <summary>What file systems, file managers and network stores leave in folders beside what people put there.</summary>
internal static class SystemEntries
{
    // Synology and QNAP keep thumbnails, deleted files and snapshots; Windows and macOS views, indexes and the bin; macOS's archives a
    // second half of every file; Linux what a repair found.
    private static readonly HashSet<string> s_names = new(StringComparer.OrdinalIgnoreCase)
    {
        "@eaDir", "#recycle", "#snapshot", "@Recycle", "@Recently-Snapshot",
        "Thumbs.db", "ehthumbs.db", "desktop.ini", "$RECYCLE.BIN", "RECYCLER", "System Volume Information",
        "__MACOSX", "Icon\r",
        "lost+found",
    };

    /// <summary>
    /// Whether a file or folder of that name is none of the user's: a hidden one, or one that a system left. Case does not count.
    /// </summary>
    public static bool Contains(string name) => name.StartsWith('.') || s_names.Contains(name);
}
