using Microsoft.ML.OnnxRuntime;
using MLNet.MobileNetV2.Validation;

namespace MLNet.MobileNetV2;

/// <summary>
/// What runs the network: the CPU, or an accelerator that the application's ONNX Runtime package has. Immutable and thread-safe.
/// </summary>
/// <remarks>
/// This library brings ONNX Runtime for the CPU. An application that wants another one references it (for example
/// <c>Microsoft.ML.OnnxRuntime.Gpu</c> or <c>Microsoft.ML.OnnxRuntime.DirectML</c>) and leaves out the CPU's native files with
/// <c>&lt;PackageReference Include="Microsoft.ML.OnnxRuntime" ExcludeAssets="native;runtime" /&gt;</c>. A provider that the package
/// lacks, or that cannot load the network, is an error when the network is loaded: no other provider silently takes its place.
/// Single operators that a provider does not have may still run on the CPU, as ONNX Runtime assigns them.
/// </remarks>
public sealed class ExecutionProvider
{
    private const string GpuPackage = "Microsoft.ML.OnnxRuntime.Gpu";

    private readonly Action<SessionOptions> _append;

    private ExecutionProvider(string name, string? package, Action<SessionOptions> append)
    {
        Name = name;
        Package = package;
        _append = append;
    }

    /// <summary>The CPU: always available.</summary>
    public static ExecutionProvider Cpu { get; } = new("CPUExecutionProvider", null, static _ => { });

    /// <summary>ONNX Runtime's name of the provider, for example <c>CUDAExecutionProvider</c>.</summary>
    public string Name { get; }

    /// <summary>The package that has it, or null where none is known.</summary>
    internal string? Package { get; }

    /// <summary>NVIDIA's CUDA.</summary>
    /// <param name="deviceId">Number of the device, from 0 up.</param>
    public static ExecutionProvider Cuda(int deviceId = 0) => OfDevice(
        "CUDAExecutionProvider", GpuPackage, deviceId, static (options, id) => options.AppendExecutionProvider_CUDA(id));

    /// <summary>NVIDIA's TensorRT.</summary>
    /// <param name="deviceId">Number of the device, from 0 up.</param>
    public static ExecutionProvider TensorRT(int deviceId = 0) => OfDevice(
        "TensorrtExecutionProvider", GpuPackage, deviceId, static (options, id) => options.AppendExecutionProvider_Tensorrt(id));

    /// <summary>AMD's MIGraphX.</summary>
    /// <param name="deviceId">Number of the device, from 0 up.</param>
    public static ExecutionProvider MIGraphX(int deviceId = 0) => OfDevice(
        "MIGraphXExecutionProvider", null, deviceId, static (options, id) => options.AppendExecutionProvider_MIGraphX(id));

    /// <summary>DirectML, on Windows.</summary>
    /// <param name="deviceId">Number of the device, from 0 up.</param>
    public static ExecutionProvider DirectML(int deviceId = 0) => OfDevice(
        "DmlExecutionProvider",
        "Microsoft.ML.OnnxRuntime.DirectML",
        deviceId,
        static (options, id) =>
        {
            // DirectML refuses sessions that reuse memory by pattern.
            options.EnableMemoryPattern = false;
            options.AppendExecutionProvider_DML(id);
        });

    /// <summary>Apple's Core ML, which the macOS files of ONNX Runtime's CPU package have.</summary>
    public static ExecutionProvider CoreML() =>
        new("CoreMLExecutionProvider", "Microsoft.ML.OnnxRuntime", static options => options.AppendExecutionProvider("CoreML", []));

    /// <summary>Intel's OpenVINO.</summary>
    /// <param name="deviceType">For example <c>CPU</c>, <c>GPU</c> or <c>NPU</c>.</param>
    public static ExecutionProvider OpenVino(string deviceType = "CPU")
    {
        ArgumentException.ThrowIfNullOrEmpty(deviceType);
        return new(
            "OpenVINOExecutionProvider",
            "Intel.ML.OnnxRuntime.OpenVino",
            options => options.AppendExecutionProvider_OpenVINO(deviceType));
    }

    /// <summary>Any other provider that ONNX Runtime knows by a short name, for example <c>XNNPACK</c> or <c>QNN</c>.</summary>
    /// <param name="shortName">The name that <c>SessionOptions.AppendExecutionProvider</c> takes.</param>
    /// <param name="options">The provider's options; null for none.</param>
    public static ExecutionProvider Named(string shortName, IReadOnlyDictionary<string, string>? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(shortName);
        var copy = new Dictionary<string, string>(options ?? new Dictionary<string, string>(), StringComparer.Ordinal);
        return new(
            $"{shortName}ExecutionProvider",
            null,
            session => session.AppendExecutionProvider(shortName, new Dictionary<string, string>(copy)));
    }

    /// <summary>The name.</summary>
    public override string ToString() => Name;

    /// <summary>Adds the provider to a session's options.</summary>
    /// <exception cref="NotSupportedException">The installed ONNX Runtime does not have it.</exception>
    internal void AppendTo(SessionOptions options)
    {
        OrtEnv runtime = OrtEnv.Instance();
        string[] available = runtime.GetAvailableProviders();
        if (!available.Contains(Name, StringComparer.OrdinalIgnoreCase))
        {
            throw new NotSupportedException(
                $"The installed ONNX Runtime {runtime.GetVersionString()} has no {Name}; it has {string.Join(", ", available)}."
                + (Package is null ? string.Empty : $" It comes with the package {Package}."));
        }

        try
        {
            _append(options);
        }
        catch (OnnxRuntimeException error)
        {
            throw Unusable(error);
        }
    }

    /// <summary>Loads a network that this provider is to run.</summary>
    /// <param name="graph">The ONNX file.</param>
    /// <param name="options">The options to which the provider was added.</param>
    /// <exception cref="NotSupportedException">The accelerator or its driver cannot load it.</exception>
    internal InferenceSession Load(byte[] graph, SessionOptions options)
    {
        try
        {
            return new InferenceSession(graph, options);
        }
        catch (OnnxRuntimeException error) when (this != Cpu)
        {
            throw Unusable(error);
        }
    }

    // Accelerators look for their drivers and libraries here or, some of them, only when a session is made.
    private NotSupportedException Unusable(OnnxRuntimeException error) => new(
        $"The {Name} of the installed ONNX Runtime {OrtEnv.Instance().GetVersionString()} cannot be used. "
        + $"ONNX Runtime says: {error.Message} "
        + $"It has {string.Join(", ", OrtEnv.Instance().GetAvailableProviders())}.",
        error);

    private static ExecutionProvider OfDevice(string name, string? package, int deviceId, Action<SessionOptions, int> append)
    {
        Require.AtLeast(0, deviceId);
        return new(name, package, options => append(options, deviceId));
    }
}
