using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace MLNet.MobileNetV2.Tests.Documents;

/// <summary>Compiles pieces of C# as one program, as a reader would who pastes them one below the other.</summary>
internal static class CSharpProgram
{
    /// <summary>The assemblies of the tests, which are those of a project that references the package.</summary>
    public static IReadOnlyList<MetadataReference> References { get; } =
    [
        .. AppDomain.CurrentDomain.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!.ToString()!.Split(Path.PathSeparator)
            .Where(path => !Path.GetFileName(path).StartsWith("xunit", StringComparison.Ordinal))
            .Select(path => MetadataReference.CreateFromFile(path)),
    ];

    /// <summary>The errors of the program.</summary>
    public static IReadOnlyList<string> Errors(IEnumerable<string> pieces)
    {
        CompilationUnitSyntax[] units = [.. pieces.Select(piece => SyntaxFactory.ParseCompilationUnit(piece))];

        // Statements come before types in a file of statements.
        CompilationUnitSyntax program = SyntaxFactory.CompilationUnit()
            .AddUsings([.. units.SelectMany(unit => unit.Usings)])
            .AddMembers([.. units.SelectMany(unit => unit.Members).OrderBy(member => member is not GlobalStatementSyntax)]);
        var compilation = CSharpCompilation.Create(
            "Readme", [CSharpSyntaxTree.ParseText(program.ToFullString())], References, new CSharpCompilationOptions(OutputKind.ConsoleApplication));
        return
        [
            .. compilation.GetDiagnostics().Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error)
                .Select(diagnostic => diagnostic.ToString()),
        ];
    }
}
