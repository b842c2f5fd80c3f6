using System.Text.Json;
using System.Text.RegularExpressions;
using MLNet.MobileNetV2.Tests.Support;

namespace MLNet.MobileNetV2.Tests.Documents;

/// <summary>What the library needs of a processor: nothing that Arm64 has not got.</summary>
public sealed partial class PlatformTests
{
    // On macOS, one file may serve both processors.
    private static readonly Dictionary<string, string[]> s_arm64 = new(StringComparer.Ordinal)
    {
        ["linux-x64"] = ["linux-arm64"],
        ["win-x64"] = ["win-arm64"],
        ["osx-x64"] = ["osx-arm64", "osx"],
    };

    [Fact]
    public void NativeFiles_OfEveryPackage_AreThereForArm64Too()
    {
        List<(string Package, HashSet<string> Systems)> packages = NativePackages();

        Assert.Contains(packages, package => package.Package.StartsWith("Microsoft.ML.OnnxRuntime/", StringComparison.Ordinal));
        Assert.Contains(packages, package => package.Package.StartsWith("SkiaSharp.", StringComparison.Ordinal));
        foreach ((string package, HashSet<string> systems) in packages)
        {
            Assert.All(
                s_arm64.Where(pair => systems.Contains(pair.Key)),
                pair => Assert.True(systems.Overlaps(pair.Value), $"{package} has {pair.Key} and not {pair.Value[0]}."));
        }

        Assert.True(packages.Count(package => package.Systems.Contains("linux-arm64")) >= 2);
    }

    [Fact]
    public void Source_UsesNoInstructionsOfOneProcessor()
    {
        string[] files = Directory.GetFiles(Path.Combine(Repository.Root, "src"), "*.cs", SearchOption.AllDirectories);

        Assert.NotEmpty(files);
        Assert.All(files, file => Assert.DoesNotMatch(OneProcessor(), File.ReadAllText(file)));
    }

    [GeneratedRegex(@"Intrinsics\.(X86|Arm|Wasm)\b")]
    private static partial Regex OneProcessor();

    private static List<(string Package, HashSet<string> Systems)> NativePackages()
    {
        string name = $"{typeof(PlatformTests).Assembly.GetName().Name}.deps.json";
        using JsonDocument dependencies = JsonDocument.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, name)));
        var packages = new List<(string, HashSet<string>)>();
        foreach (JsonProperty library in dependencies.RootElement.GetProperty("targets").EnumerateObject().First().Value.EnumerateObject())
        {
            if (library.Value.TryGetProperty("runtimeTargets", out JsonElement files))
            {
                HashSet<string> systems =
                [
                    .. files.EnumerateObject()
                        .Where(file => file.Value.GetProperty("assetType").GetString() == "native")
                        .Select(file => file.Value.GetProperty("rid").GetString()!),
                ];
                packages.Add((library.Name, systems));
            }
        }

        return packages;
    }
}
