using System.Runtime.InteropServices;

namespace MLNet.MobileNetV2.Machine;

/// <summary>A native library that this one stands on. It is loaded when it is first used, so its absence shows late and deep inside.</summary>
/// <param name="Name">Its name for people.</param>
/// <param name="FileName">What its file's name contains.</param>
/// <param name="Package">The package that brings it.</param>
internal sealed record NativeLibrary(string Name, string FileName, string Package)
{
    private const string NotFound = "No such file or directory";

    public static NativeLibrary OnnxRuntime { get; } = new("ONNX Runtime", "onnxruntime", "Microsoft.ML.OnnxRuntime");

    public static NativeLibrary Skia { get; } = new(
        "SkiaSharp", "SkiaSharp", OperatingSystem.IsLinux() ? "SkiaSharp.NativeAssets.Linux.NoDependencies" : "SkiaSharp");

    /// <summary>The runtime identifier that packages call this system by; a distribution's own .NET tells a narrower one.</summary>
    public static string System { get; } =
        $"{(OperatingSystem.IsWindows() ? "win" : OperatingSystem.IsMacOS() ? "osx" : "linux")}-{RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant()}";

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
        string system = System;
        return new(
            $"The native library of {Name} cannot be loaded: {Reason(MachineFailure.Cause(error))} It comes with the package {Package} and must lie "
            + $"in the application's folder, or below it in 'runtimes/{system}/native'. Publish the application for this system ('dotnet publish -r {system}'), and copy all of the published files.",
            error);
    }

    // After a paragraph for everybody, the loader lists what it tried, of which only a file that is there and fails tells anything.
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
