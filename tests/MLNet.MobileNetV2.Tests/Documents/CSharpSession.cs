using Microsoft.CodeAnalysis.CSharp.Scripting;
using Microsoft.CodeAnalysis.Scripting;

namespace MLNet.MobileNetV2.Tests.Documents;

/// <summary>Runs pieces of C# one after another, as a notebook kernel does, with the packages of a reader of the documents.</summary>
internal sealed class CSharpSession
{
    private static readonly ScriptOptions s_options = ScriptOptions.Default
        .WithReferences(CSharpProgram.References)
        .WithImports("System", "System.Collections.Generic", "System.IO", "System.Linq", "System.Threading.Tasks")
        .WithEmitDebugInformation(false);

    private ScriptState<object>? _state;

    /// <summary>Compiles and runs the next piece.</summary>
    public async Task RunAsync(string code, CancellationToken cancellationToken) => _state = _state is null
        ? await CSharpScript.RunAsync(code, s_options, cancellationToken: cancellationToken)
        : await _state.ContinueWithAsync(code, s_options, cancellationToken);

    /// <summary>The value of a variable of the pieces that ran.</summary>
    public object? Variable(string name) => _state?.GetVariable(name)?.Value;
}
