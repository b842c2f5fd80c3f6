using System.IO.Compression;

namespace MLNet.MobileNetV2.Tests.Packages;

public class ToolPackageTests(PackedPackages packages)
{
    [Fact]
    public async Task NativeFiles_AreOfTheSupportedSystemsAlone()
    {
        string[] runtimes =
        [
            .. (await FilesAsync()).Select(file => file.Split("/runtimes/")).Where(parts => parts.Length == 2).Select(
                parts => parts[1].Split('/')[0]).Distinct(),
        ];

        // Skia has one file for both processors of macOS.
        Assert.Equal(["linux-arm64", "linux-x64", "osx", "osx-arm64", "win-arm64", "win-x64"], runtimes.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Files_HoldNoDocumentationOfAssemblies() => Assert.DoesNotContain(
        await FilesAsync(), file =>
            file.EndsWith(".xml", StringComparison.Ordinal) && !file.EndsWith("/DotnetToolSettings.xml", StringComparison.Ordinal));

    private async Task<string[]> FilesAsync()
    {
        await using ZipArchive archive = await ZipFile.OpenReadAsync(await packages.ToolAsync(), TestContext.Current.CancellationToken);
        return [.. archive.Entries.Select(entry => entry.FullName).Where(file => file.StartsWith("tools/", StringComparison.Ordinal))];
    }
}
