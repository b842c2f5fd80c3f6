using Microsoft.ML.OnnxRuntime;
using MLNet.MobileNetV2.Machine;

namespace MLNet.MobileNetV2.Onnx;

/// <summary>
/// How a network is run: threads of one run (0 for all cores), the provider (null for the CPU), and whether Arm64 multiplies in bfloat16.
/// </summary>
internal sealed record NetworkSessionOptions(int IntraOpThreadCount, ExecutionProvider? Provider = null, bool UseArm64FastMath = false)
{
    private const string Arm64FastMath = "mlas.enable_gemm_fastmath_arm64_bfloat16";

    /// <summary>What makes the numbers differ from an exact run on the CPU; empty for such a run.</summary>
    public string Computation => Provider is null || Provider == ExecutionProvider.Cpu
        ? UseArm64FastMath ? Arm64FastMath : string.Empty
        : $"{Provider} {UseArm64FastMath}";

    /// <summary>The options as ONNX Runtime takes them, to be disposed by the caller.</summary>
    /// <exception cref="DllNotFoundException">ONNX Runtime's native library cannot be loaded.</exception>
    /// <exception cref="NotSupportedException">The installed ONNX Runtime does not have the provider, or cannot use it.</exception>
    public SessionOptions Create()
    {
        SessionOptions options = NativeLibrary.OnnxRuntime.Use(() => new SessionOptions
        {
            IntraOpNumThreads = IntraOpThreadCount,
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR,
        });
        try
        {
            (Provider ?? ExecutionProvider.Cpu).AppendTo(options);
            if (UseArm64FastMath)
            {
                options.AddSessionConfigEntry(Arm64FastMath, "1");
            }

            return options;
        }
        catch
        {
            options.Dispose();
            throw;
        }
    }
}
