namespace MLNet.MobileNetV2.Tests.Support;

/// <summary>Files of the checkout that the tests were built from.</summary>
internal static class Repository
{
    public static string Root { get; } = FindRoot();

    /// <summary>The sample set: six categories of images.</summary>
    public static string SamplePhotos => Path.Combine(Root, "examples", "QuickStart", "photos");

    /// <summary>The first so many images of each category of the sample set, in ordinal order.</summary>
    public static IReadOnlyList<string> SampleFiles(int perCategory) =>
    [
        .. Directory.GetDirectories(SamplePhotos).Order(StringComparer.Ordinal)
            .SelectMany(folder => Directory.GetFiles(folder).Order(StringComparer.Ordinal).Take(perCategory)),
    ];

    private static string FindRoot()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "MLNet.MobileNetV2.sln")))
            {
                return folder.FullName;
            }
        }

        throw new DirectoryNotFoundException($"No MLNet.MobileNetV2.sln above {AppContext.BaseDirectory}.");
    }
}
