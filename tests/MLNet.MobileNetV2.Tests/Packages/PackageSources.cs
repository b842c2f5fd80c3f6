namespace MLNet.MobileNetV2.Tests.Packages;

/// <summary>
/// Where the packages of projects below a folder come from: the library's from the tests' feed, all others from those that the build
/// restored.
/// </summary>
internal static class PackageSources
{
    /// <summary>The name of the feed of the library's package, in the notebooks' nuget.config too.</summary>
    private const string Feed = "mobilenetv2";

    /// <summary>
    /// Writes a nuget.config; restoring needs no network then, and takes no older package of the library's version from a cache.
    /// </summary>
    /// <param name="folder">The folder of the projects.</param>
    /// <param name="packages">Says where packages are unpacked.</param>
    /// <param name="feed">The folder of the library's package, or null where a nuget.config further down names it.</param>
    public static Task WriteAsync(string folder, PackedPackages packages, string? feed) => File.WriteAllTextAsync(
        Path.Combine(folder, "nuget.config"),
        $"""
        <configuration>
          <config>
            <add key="globalPackagesFolder" value="{packages.CacheFolder}" />
          </config>
          <packageSources>
            <clear />
            <add key="restored" value="{packages.RestoredFolder}" />
            {(feed is null ? null : $"""<add key="{Feed}" value="{feed}" />""")}
          </packageSources>
          <packageSourceMapping>
            <packageSource key="{Feed}"><package pattern="MLNet.MobileNetV2*" /></packageSource>
            <packageSource key="restored"><package pattern="*" /></packageSource>
          </packageSourceMapping>
        </configuration>
        """);
}
