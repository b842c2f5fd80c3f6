using MLNet.MobileNetV2.Tests.Support;

namespace MLNet.MobileNetV2.Tests.Packages;

[Trait("Category", "Slow")]
public class ConsumerTests(PackedPackages packages)
{
    private static readonly string[] s_supported = ["linux-arm64", "linux-x64", "osx-arm64", "win-arm64", "win-x64"];

    [Fact]
    public async Task PublishedPortable_HoldsTheSupportedSystemsAndNoPhone_AndRuns()
    {
        using var temp = new TempFolder();
        using ConsumerProject consumer = await ConsumerProject.CreateAsync(packages);
        string[] photos = [.. Repository.SampleFiles(2)];

        await consumer.RunAsync("publish", "-c", "Release", "-o", consumer.PathOf("published"));
        string[] runtimes = [.. Directory.GetDirectories(consumer.PathOf("published/runtimes")).Select(path => Path.GetFileName(path))];
        ChildProcess app = await ChildProcess.RunAsync("dotnet", [consumer.PathOf("published/Consumer.dll"), .. photos], temp.Path, null);

        Assert.Empty(s_supported.Except(runtimes));
        Assert.Empty(runtimes.Intersect(["android", "ios"]));
        Assert.Equal((0, string.Empty), (app.ExitCode, app.Error));
        Assert.Equal(photos.Select(path => new DirectoryInfo(path).Parent!.Name), app.Output.Trim().Split(' '));
        Assert.Empty(temp.Names());
    }

    [Fact]
    public async Task NativeFiles_OfAPhone_AreLeftOutOfPortableBuildsAlone()
    {
        using ConsumerProject consumer = await ConsumerProject.CreateAsync(packages);

        string portable = await NativeFilesAsync(consumer);
        string kept = await NativeFilesAsync(consumer, "-p:MobileNetV2ExcludedRuntimes=none");
        string phone = await NativeFilesAsync(
            consumer, "-p:RuntimeIdentifier=android-arm64", "-p:SelfContained=false", "-p:UseAppHost=false");

        Assert.DoesNotContain("onnxruntime.aar", portable, StringComparison.Ordinal);
        Assert.Contains("onnxruntime.aar", kept, StringComparison.Ordinal);
        Assert.Contains("onnxruntime.xcframework.zip", kept, StringComparison.Ordinal);
        Assert.Contains("onnxruntime.aar", phone, StringComparison.Ordinal);
    }

    private static Task<string> NativeFilesAsync(ConsumerProject consumer, params string[] properties) => consumer.RunAsync(
        "msbuild", ["-restore", "-t:ResolvePackageAssets", "-getItem:RuntimeTargetsCopyLocalItems,NativeCopyLocalItems", .. properties]);
}
