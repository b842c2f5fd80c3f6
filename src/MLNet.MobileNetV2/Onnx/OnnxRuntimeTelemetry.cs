using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace MLNet.MobileNetV2.Onnx;

/// <summary>
/// Keeps ONNX Runtime quiet. Its packages for Linux and macOS send usage data over the network and leave files in the temporary and
/// the cache folder, unless <c>ORT_DISABLE_TELEMETRY</c> is set when the first session is made. A value that the user set stays.
/// </summary>
internal static partial class OnnxRuntimeTelemetry
{
    private const string Variable = "ORT_DISABLE_TELEMETRY";

    // A loaded model makes its session in ML.NET's code, before any other call of this assembly could do this.
    [ModuleInitializer]
    [SuppressMessage("Usage", "CA2255:The 'ModuleInitializer' attribute should not be used in libraries", Justification = "See above.")]
    internal static void OptOut()
    {
        // .NET keeps its own copy of the environment on these systems, which native code does not see.
        if (OperatingSystem.IsLinux() || OperatingSystem.IsMacOS())
        {
            _ = SetVariable(Variable, "1", overwrite: 0);
        }
    }

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int SetVariable(string name, string value, int overwrite);
}
