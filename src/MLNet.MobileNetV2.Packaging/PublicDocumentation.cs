using System.Xml.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace MLNet.MobileNetV2.Packaging;

/// <summary>The documentation of what can be used outside its assembly.</summary>
internal static class PublicDocumentation
{
    /// <summary>Removes the members of a documentation file that cannot be used outside the assembly.</summary>
    /// <param name="documentation">The documentation as the compiler writes it.</param>
    /// <param name="assemblyPath">The path of the assembly that it describes.</param>
    public static void Keep(XDocument documentation, string assemblyPath)
    {
        // Parameters of types from other assemblies are matched by name, so these are not needed.
        MetadataReference reference = MetadataReference.CreateFromFile(assemblyPath);
        var compilation = CSharpCompilation.Create("Documentation", references: [reference]);
        var assembly = (IAssemblySymbol)compilation.GetAssemblyOrModuleSymbol(reference)!;
        HashSet<string> members = new(MembersOf(assembly.GlobalNamespace), StringComparer.Ordinal);
        XElement[] hidden = [.. documentation.Descendants("member").Where(member => !members.Contains((string)member.Attribute("name")!))];
        foreach (XElement member in hidden)
        {
            // The line break before a member goes with it.
            if (member.PreviousNode is XText)
            {
                member.PreviousNode.Remove();
            }

            member.Remove();
        }
    }

    private static IEnumerable<string> MembersOf(INamespaceOrTypeSymbol parent)
    {
        foreach (ISymbol member in parent.GetMembers().Where(IsPublic))
        {
            yield return member.GetDocumentationCommentId()!;
            foreach (string inner in member is INamespaceOrTypeSymbol container ? MembersOf(container) : [])
            {
                yield return inner;
            }
        }
    }

    private static bool IsPublic(ISymbol symbol) =>
        symbol.DeclaredAccessibility is Accessibility.Public or Accessibility.Protected or Accessibility.ProtectedOrInternal;
}
