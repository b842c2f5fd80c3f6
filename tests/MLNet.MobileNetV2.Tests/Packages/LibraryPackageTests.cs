using System.IO.Compression;
using System.Reflection;
using System.Xml.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using MLNet.MobileNetV2.Tests.Documents;
using MLNet.MobileNetV2.Tests.Support;

namespace MLNet.MobileNetV2.Tests.Packages;

public class LibraryPackageTests(PackedPackages packages)
{
    private const string Library = "MLNet.MobileNetV2";

    /// <summary>What brings no assembly that the code could use, but the native engine for it.</summary>
    private static readonly string[] s_native = ["SkiaSharp.NativeAssets.Linux.NoDependencies"];

    public static TheoryData<string, string[]> Packages => new()
    {
        {
            Library,
            [
                "Google.Protobuf",
                "Microsoft.Extensions.DependencyInjection.Abstractions",
                "Microsoft.Extensions.Options.ConfigurationExtensions",
                "Microsoft.ML",
                "Microsoft.ML.ImageAnalytics",
                "Microsoft.ML.OnnxRuntime",
                "Microsoft.ML.OnnxTransformer",
                "SkiaSharp",
                "SkiaSharp.NativeAssets.Linux.NoDependencies",
                "System.Numerics.Tensors",
            ]
        },
        { "MLNet.MobileNetV2.Detection", [Library] },
        { "MLNet.MobileNetV2.Parquet", [Library, "Parquet.Net"] },
        { "MLNet.MobileNetV2.Sqlite", [Library, "Microsoft.Data.Sqlite"] },
    };

    public static TheoryData<string> Names => [.. Packages.Select(package => package.Data.Item1)];

    [Theory]
    [MemberData(nameof(Packages))]
    public async Task Dependencies_AreThosePackagesThatTheCodeUses(string package, string[] expected)
    {
        // ML.NET's and ONNX Runtime's packages hold assemblies of several names, and depend on the packages of others of theirs.
        Dictionary<string, string> dependencies = await DependenciesAsync(package);
        string[] used = [.. AssemblyOf(package).GetReferencedAssemblies().Select(name => name.Name!)];

        Assert.Equal(expected, dependencies.Keys.Order(StringComparer.Ordinal));
        Assert.All(
            dependencies.Keys.Except(s_native),
            id => Assert.Contains(used, name => name == id || name.StartsWith($"{id}.", StringComparison.Ordinal) || id == $"{name}.Net"));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Files_HoldTheReadmeAndTheNotices_AndOneAssembly(string package)
    {
        await using ZipArchive archive = await OpenAsync(package);
        string[] files = [.. archive.Entries.Select(entry => entry.FullName)];

        Assert.Contains("README.md", files);
        Assert.Contains("THIRD-PARTY-NOTICES", files);
        Assert.Equal(
            [$"lib/net10.0/{package}.dll", $"lib/net10.0/{package}.xml"],
            files.Where(file => file.StartsWith("lib/", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Names))]
    [InlineData("MLNet.MobileNetV2.Cli")]
    public async Task Readme_IsThePackagesOwn(string package)
    {
        await using ZipArchive archive = await OpenAsync(package);
        using var packed = new StreamReader(await archive.GetEntry("README.md")!.OpenAsync(TestContext.Current.CancellationToken));

        Assert.Equal(
            await File.ReadAllTextAsync(Path.Combine(Repository.Root, "src", package, "README.md"), TestContext.Current.CancellationToken),
            await packed.ReadToEndAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task SkiaSharp_EndsBeforeItsThirdVersion_WhichMLNetDoesNotWorkWith() => Assert.All(
        (await DependenciesAsync(Library)).Where(dependency => dependency.Key.StartsWith("SkiaSharp", StringComparison.Ordinal)),
        dependency => Assert.Equal("[2.88.9, 3.0.0)", dependency.Value));

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Documentation_IsOfPublicMembersAlone_AndOfAllThatHaveSome(string package)
    {
        string written = Path.Combine(
            Repository.Root, "src", package, "obj", new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name, "net10.0", $"{package}.xml");
        HashSet<string> ofPublic = PublicMembers(AssemblyOf(package).Location);

        HashSet<string> shipped = Members(await DocumentationAsync(package));

        Assert.NotEmpty(shipped);
        Assert.Equal(
            Members(XDocument.Load(written)).Where(ofPublic.Contains).Order(StringComparer.Ordinal),
            shipped.Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Documentation_PointsAtNoMemberThatIsNotPublic(string package)
    {
        HashSet<string> ofPublic = [.. Names.SelectMany(name => PublicMembers(AssemblyOf(name.Data).Location))];

        IEnumerable<string> pointedAt = (await DocumentationAsync(package)).Descendants().Attributes("cref").Select(cref => cref.Value)
            .Where(cref => cref.Contains(":MLNet.MobileNetV2.", StringComparison.Ordinal));

        Assert.Empty(pointedAt.Except(ofPublic));
    }

    private static Assembly AssemblyOf(string package) => Assembly.Load(package);

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

    private async Task<Dictionary<string, string>> DependenciesAsync(string package)
    {
        XDocument nuspec = await ReadAsync(package, $"{package}.nuspec");
        return nuspec.Descendants().Where(element => element.Name.LocalName == "dependency")
            .ToDictionary(element => element.Attribute("id")!.Value, element => element.Attribute("version")!.Value);
    }

    private Task<XDocument> DocumentationAsync(string package) => ReadAsync(package, $"lib/net10.0/{package}.xml");

    private async Task<XDocument> ReadAsync(string package, string entry)
    {
        await using ZipArchive archive = await OpenAsync(package);
        await using Stream stream = await archive.GetEntry(entry)!.OpenAsync(TestContext.Current.CancellationToken);
        return await XDocument.LoadAsync(stream, LoadOptions.None, TestContext.Current.CancellationToken);
    }

    private async Task<ZipArchive> OpenAsync(string package) =>
        await ZipFile.OpenReadAsync(await packages.PackageAsync(package), TestContext.Current.CancellationToken);
}
