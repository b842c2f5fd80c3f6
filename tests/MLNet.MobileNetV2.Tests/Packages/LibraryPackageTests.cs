using System.IO.Compression;
using System.Xml.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.ML;
using MLNet.MobileNetV2.Tests.Documents;
using MLNet.MobileNetV2.Tests.Support;

namespace MLNet.MobileNetV2.Tests.Packages;

public class LibraryPackageTests(PackedPackages packages)
{
    private const string Documentation = "lib/net10.0/MLNet.MobileNetV2.xml";

    /// <summary>What brings no assembly that the code could use, but the native engine for it.</summary>
    private static readonly string[] s_native = ["SkiaSharp.NativeAssets.Linux.NoDependencies"];

    [Fact]
    public async Task Dependencies_AreThosePackagesThatTheCodeUses()
    {
        // ML.NET's and ONNX Runtime's packages hold assemblies of several names, and depend on the packages of others of theirs.
        Dictionary<string, string> dependencies = await DependenciesAsync();
        string[] used = [.. typeof(MobileNetV2Catalog).Assembly.GetReferencedAssemblies().Select(name => name.Name!)];

        Assert.Equal(
            [
                "Google.Protobuf",
                "Microsoft.Extensions.DependencyInjection.Abstractions",
                "Microsoft.Extensions.Options.ConfigurationExtensions",
                "Microsoft.ML",
                "Microsoft.ML.ImageAnalytics",
                "Microsoft.ML.OnnxRuntime",
                "Microsoft.ML.OnnxTransformer",
                "Parquet.Net",
                "SkiaSharp",
                "SkiaSharp.NativeAssets.Linux.NoDependencies",
                "System.Numerics.Tensors",
            ],
            dependencies.Keys.Order(StringComparer.Ordinal));
        Assert.All(
            dependencies.Keys.Except(s_native),
            id => Assert.Contains(used, name => name == id || name.StartsWith($"{id}.", StringComparison.Ordinal) || id == $"{name}.Net"));
    }

    [Fact]
    public async Task SkiaSharp_EndsBeforeItsThirdVersion_WhichMLNetDoesNotWorkWith() => Assert.All(
        (await DependenciesAsync()).Where(dependency => dependency.Key.StartsWith("SkiaSharp", StringComparison.Ordinal)),
        dependency => Assert.Equal("[2.88.9, 3.0.0)", dependency.Value));

    [Fact]
    public async Task Documentation_IsOfPublicMembersAlone_AndOfAllThatHaveSome()
    {
        string assembly = typeof(MobileNetV2Catalog).Assembly.Location;
        string written = Path.Combine(
            Repository.Root, "src", "MLNet.MobileNetV2", "obj", new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name, "net10.0", "MLNet.MobileNetV2.xml");
        HashSet<string> ofPublic = PublicMembers(assembly);

        HashSet<string> shipped = Members(XDocument.Parse(await ReadAsync(Documentation)));

        Assert.NotEmpty(shipped);
        Assert.Equal(
            Members(XDocument.Load(written)).Where(ofPublic.Contains).Order(StringComparer.Ordinal),
            shipped.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Documentation_PointsAtNoMemberThatIsNotPublic()
    {
        HashSet<string> ofPublic = PublicMembers(typeof(MobileNetV2Catalog).Assembly.Location);

        IEnumerable<string> pointedAt = XDocument.Parse(await ReadAsync(Documentation)).Descendants().Attributes("cref").Select(cref => cref.Value)
            .Where(cref => cref.Contains(":MLNet.MobileNetV2.", StringComparison.Ordinal));

        Assert.NotEmpty(pointedAt);
        Assert.Empty(pointedAt.Except(ofPublic));
    }

    private static HashSet<string> Members(XDocument documentation) =>
        [.. documentation.Descendants("member").Select(member => member.Attribute("name")!.Value)];

    private static HashSet<string> PublicMembers(string assembly)
    {
        MetadataReference library = CSharpProgram.References.Single(reference => reference.Display == assembly);
        var compilation = CSharpCompilation.Create("Documentation", references: CSharpProgram.References);
        var members = new HashSet<string>(StringComparer.Ordinal);
        Add(((IAssemblySymbol)compilation.GetAssemblyOrModuleSymbol(library)!).GlobalNamespace);
        return members;

        void Add(INamespaceOrTypeSymbol parent)
        {
            foreach (ISymbol member in parent.GetMembers().Where(IsReachable))
            {
                members.Add(member.GetDocumentationCommentId()!);
                if (member is INamespaceOrTypeSymbol inner)
                {
                    Add(inner);
                }
            }
        }
    }

    private static bool IsReachable(ISymbol symbol) =>
        symbol.DeclaredAccessibility is Accessibility.Public or Accessibility.Protected or Accessibility.ProtectedOrInternal;

    private async Task<Dictionary<string, string>> DependenciesAsync()
    {
        var nuspec = XDocument.Parse(await ReadAsync("MLNet.MobileNetV2.nuspec"));
        return nuspec.Descendants().Where(element => element.Name.LocalName == "dependency")
            .ToDictionary(element => element.Attribute("id")!.Value, element => element.Attribute("version")!.Value);
    }

    private async Task<string> ReadAsync(string entry)
    {
        await using ZipArchive archive = await ZipFile.OpenReadAsync(await packages.LibraryAsync(), TestContext.Current.CancellationToken);
        using var reader = new StreamReader(await archive.GetEntry(entry)!.OpenAsync(TestContext.Current.CancellationToken));
        return await reader.ReadToEndAsync(TestContext.Current.CancellationToken);
    }
}
