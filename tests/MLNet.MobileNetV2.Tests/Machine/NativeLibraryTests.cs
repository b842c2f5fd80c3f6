using System.Reflection;
using MLNet.MobileNetV2.Machine;

namespace MLNet.MobileNetV2.Tests.Machine;

public sealed class NativeLibraryTests
{
    private const string Advice = "Unable to load shared library 'onnxruntime' or one of its dependencies. Consider a tool like strace.";

    [Theory]
    [InlineData("/app/libonnxruntime.so: cannot open shared object file: No such file or directory", "no file of it was found in '")]
    [InlineData("libgomp.so.1: cannot open shared object file: No such file or directory", "libgomp.so.1: cannot open shared object "
        + "file: No such file or directory. It comes")]
    [InlineData("/lib/libc.so.6: version `GLIBC_2.38' not found (required by /app/libonnxruntime.so)", "version `GLIBC_2.38' not found "
        + "(required by /app/libonnxruntime.so). It comes")]
    public void Use_OfALibraryThatCannotBeLoaded_SaysWhatTheLoaderFound(string line, string expected)
    {
        DllNotFoundException error =
            Assert.Throws<DllNotFoundException>(() => NativeLibrary.OnnxRuntime.Use<int>(() => throw new TypeInitializationException(
            "Microsoft.ML.OnnxRuntime.NativeMethods",
            new DllNotFoundException(
                $"{Advice}\n/app/onnxruntime.so: cannot open shared object file: No such file or directory\n{line}\n"))));

        Assert.StartsWith("The native library of ONNX Runtime cannot be loaded: ", error.Message, StringComparison.Ordinal);
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("strace", error.Message, StringComparison.Ordinal);
        Assert.Contains("the package Microsoft.ML.OnnxRuntime", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Use_WithAnotherError_LetsItPass() =>
        Assert.Throws<ArgumentException>(() => NativeLibrary.Skia.Use<int>(() => throw new ArgumentException("other")));

    [Fact]
    public void Describe_OfALibraryThatMLNetCouldNotLoad_KnowsWhichItIs()
    {
        var error = new TargetInvocationException(
            new AggregateException(new TypeInitializationException("T", new DllNotFoundException(Advice))));

        Assert.StartsWith(
            "The native library of ONNX Runtime cannot be loaded: ", MachineFailure.Describe(error), StringComparison.Ordinal);
    }
}
