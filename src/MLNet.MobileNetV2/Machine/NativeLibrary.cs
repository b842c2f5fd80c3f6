using System.Runtime.InteropServices;

namespace MLNet.MobileNetV2.Machine;

/// <summary>A native library that this one needs. It is loaded at its first use, so its absence shows late and deep in a call.</summary>
internal sealed record NativeLibrary(string Name, string FileName, string Package)
{
    private const string NotFound = "No such file or directory";

    public static NativeLibrary OnnxRuntime { get; } = new("ONNX Runtime", "onnxruntime", "Microsoft.ML.OnnxRuntime");

    public static NativeLibrary Skia { get; } = new(
        "SkiaSharp", "SkiaSharp", OperatingSystem.IsLinux() ? "SkiaSharp.NativeAssets.Linux.NoDependencies" : "SkiaSharp");

    /// <summary>The portable runtime identifier, which packages use; a distribution's own .NET reports a narrower one.</summary>
    public static string System { get; } =
        (OperatingSystem.IsWindows() ? "win" : OperatingSystem.IsMacOS() ? "osx" : "linux")
        + $"-{RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant()}";

    /// <summary>Whether an error is that of a library that cannot be loaded.</summary>
    public static bool IsLoadFailure(Exception error) => MachineFailure.Cause(error) is DllNotFoundException or BadImageFormatException
        || MachineFailure.Chain(error).Any(step => step is TypeInitializationException);

    /// <summary>Calls what may be the first use of the library.</summary>
    /// <exception cref="DllNotFoundException">It cannot be loaded; the message says why and what to do.</exception>
    public T Use<T>(Func<T> first)
    {
        try
        {
            return first();
        }
        catch (Exception error) when (IsLoadFailure(error))
        {
            throw Missing(error);
        }
    }

    /// <summary>The error that says why the library cannot be loaded and what to do.</summary>
    public DllNotFoundException Missing(Exception error)
    {
        return new(
            $"The native library of {Name} cannot be loaded: {Reason(MachineFailure.Cause(error))} It comes with the package {Package} "
            + $"and must lie in the application's folder, or below it in 'runtimes/{System}/native'. Publish the application for this "
            + $"system ('dotnet publish -r {System}'), and copy all of the published files.",
            error);
    }

    // After a general paragraph, the loader lists what it tried: only a file that exists and fails is of interest.
    private string Reason(Exception cause)
    {
        string[] lines = cause.Message.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (cause is not DllNotFoundException)
        {
            return $"{cause.GetType().Name}: {lines[0]}";
        }

        string? telling = lines.Skip(1).FirstOrDefault(line => !(line.Split(':')[0].Contains(FileName, StringComparison.Ordinal)
            && line.Contains(NotFound, StringComparison.Ordinal)));
        return telling is null ? $"no file of it was found in '{AppContext.BaseDirectory}'." : $"{telling.TrimEnd('.')}.";
    }
}
