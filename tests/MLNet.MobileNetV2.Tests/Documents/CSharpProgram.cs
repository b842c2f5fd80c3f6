using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace MLNet.MobileNetV2.Tests.Documents;

/// <summary>Compiles a block of C# as the <c>Program.cs</c> of a new project, as a reader would who pastes it there.</summary>
internal static class CSharpProgram
{
    private const string UnnecessaryUsing = "CS8019";

    // What the SDK imports, and what that for the web adds.
    private static readonly string[] s_implicit =
    [
        "System", "System.Collections.Generic", "System.IO", "System.Linq", "System.Net.Http", "System.Threading", "System.Threading.Tasks",
    ];

    private static readonly string[] s_implicitForTheWeb =
    [
        "System.Net.Http.Json", "Microsoft.AspNetCore.Builder", "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Http",
        "Microsoft.AspNetCore.Routing", "Microsoft.Extensions.Configuration", "Microsoft.Extensions.DependencyInjection",
        "Microsoft.Extensions.Hosting", "Microsoft.Extensions.Logging",
    ];

    // The SDK itself turns off what is said of two versions of one assembly.
    private static readonly CSharpCompilationOptions s_options = new CSharpCompilationOptions(OutputKind.ConsoleApplication)
        .WithNullableContextOptions(NullableContextOptions.Enable)
        .WithSpecificDiagnosticOptions(new Dictionary<string, ReportDiagnostic>
        {
            ["CS1701"] = ReportDiagnostic.Suppress,
            ["CS1702"] = ReportDiagnostic.Suppress,
            [UnnecessaryUsing] = ReportDiagnostic.Warn,
        });

    /// <summary>The assemblies of the tests, which are those of a project that references the packages.</summary>
    public static IReadOnlyList<MetadataReference> References { get; } =
    [
        .. AppDomain.CurrentDomain.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!.ToString()!.Split(Path.PathSeparator)
            .Where(path => !Path.GetFileName(path).StartsWith("xunit", StringComparison.Ordinal))
            .Select(path => MetadataReference.CreateFromFile(path)),
    ];

    /// <summary>The namespaces that a block imports itself.</summary>
    public static IReadOnlyList<string> Usings(string block) =>
        [.. SyntaxFactory.ParseCompilationUnit(block).Usings.Select(directive => directive.Name!.ToString())];

    /// <summary>The errors and warnings of a program, imports that it does not need among them.</summary>
    public static IReadOnlyList<string> Problems(string block)
    {
        bool isForTheWeb = block.Contains("WebApplication", StringComparison.Ordinal);
        IEnumerable<string> imported = isForTheWeb ? [.. s_implicit, .. s_implicitForTheWeb] : s_implicit;
        SyntaxTree program = CSharpSyntaxTree.ParseText(block);
        SyntaxTree project = CSharpSyntaxTree.ParseText(string.Concat(imported.Select(name => $"global using {name};\n")));
        var compilation = CSharpCompilation.Create("Program", [program, project], References, s_options);
        return
        [
            .. compilation.GetDiagnostics()
                .Where(problem => problem.Severity >= DiagnosticSeverity.Warning && problem.Location.SourceTree != project)
                .Select(problem => problem.ToString()),
        ];
    }
}
