using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using MLNet.MobileNetV2.Tests.Support;

namespace MLNet.MobileNetV2.Tests.Architecture;

/// <summary>In which folder each type of the sources is declared. A folder is a room; one inside another a sub-room.</summary>
internal static class SourceRooms
{
    /// <summary>The types that the C# files of a project declare outside of others.</summary>
    /// <param name="project">The project's name, which is that of its folder in <c>src</c>.</param>
    public static IReadOnlyList<DeclaredType> Of(string project)
    {
        string root = Path.Combine(Repository.Root, "src", project);
        return
        [
            .. Directory.EnumerateFiles(root, "*.cs", SearchOption.AllDirectories)
                .Where(file => !Path.GetRelativePath(root, file).StartsWith($"obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal))
                .SelectMany(file => Declared(file, RoomOf(Path.GetRelativePath(root, Path.GetDirectoryName(file)!)))),
        ];
    }

    private static string RoomOf(string folder) => folder == "." ? string.Empty : folder.Replace('\\', '/');

    private static IEnumerable<DeclaredType> Declared(string file, string room)
    {
        CompilationUnitSyntax unit = CSharpSyntaxTree.ParseText(File.ReadAllText(file)).GetCompilationUnitRoot();
        return unit.DescendantNodes()
            .OfType<MemberDeclarationSyntax>()
            .Where(
                member =>
                    member is BaseTypeDeclarationSyntax or DelegateDeclarationSyntax && member.Parent is BaseNamespaceDeclarationSyntax)
            .Select(member => new DeclaredType(
                ((BaseNamespaceDeclarationSyntax)member.Parent!).Name.ToString(),
                member is BaseTypeDeclarationSyntax type ? type.Identifier.Text : ((DelegateDeclarationSyntax)member).Identifier.Text,
                room,
                member.Modifiers.Any(SyntaxKind.PublicKeyword)));
    }
}

/// <summary>A type of the sources.</summary>
/// <param name="Namespace">Its namespace.</param>
/// <param name="Name">Its name, without type parameters.</param>
/// <param name="Room">Its folder below the project's, with '/' between the parts; empty for the project's own.</param>
/// <param name="IsPublic">Whether it is public.</param>
internal sealed record DeclaredType(string Namespace, string Name, string Room, bool IsPublic)
{
    public string FullName => $"{Namespace}.{Name}";
}
