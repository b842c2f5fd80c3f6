using Microsoft.ML;
using Microsoft.ML.OnnxRuntime;
using MLNet.MobileNetV2.Onnx;
using MLNet.MobileNetV2.Tests.Support;

namespace MLNet.MobileNetV2.Tests.Onnx;

public class ExecutionProviderTests
{
    public static TheoryData<string, string?, ExecutionProvider> Providers() => new()
    {
        { "CUDAExecutionProvider", "Microsoft.ML.OnnxRuntime.Gpu", ExecutionProvider.Cuda() },
        { "TensorrtExecutionProvider", "Microsoft.ML.OnnxRuntime.Gpu", ExecutionProvider.TensorRT(1) },
        { "DmlExecutionProvider", "Microsoft.ML.OnnxRuntime.DirectML", ExecutionProvider.DirectML() },
        { "CoreMLExecutionProvider", "Microsoft.ML.OnnxRuntime", ExecutionProvider.CoreML() },
        { "OpenVINOExecutionProvider", "Intel.ML.OnnxRuntime.OpenVino", ExecutionProvider.OpenVino("NPU") },
        { "MIGraphXExecutionProvider", null, ExecutionProvider.MIGraphX() },
        { "QNNExecutionProvider", null, ExecutionProvider.Named("QNN", new Dictionary<string, string> { ["backend_type"] = "htp" }) },
    };

    [Theory]
    [MemberData(nameof(Providers))]
    public void Fit_WithAProviderThatTheRuntimeLacks_NamesItThoseThereAndThePackage(
        string name, string? package, ExecutionProvider provider)
    {
        Assert.SkipWhen(OrtEnv.Instance().GetAvailableProviders().Contains(name), "This ONNX Runtime has the provider.");
        var mlContext = new MLContext();
        IDataView data = mlContext.Data.LoadFromEnumerable(Photos.Rows(1));

        string message = Assert.Throws<NotSupportedException>(() => mlContext.Transforms
            .FeaturizeImageWithMobileNetV2(Photos.Options.With(its => its.ExecutionProvider, provider)).Fit(data)).Message;

        Assert.Equal((name, package), (provider.Name, provider.Package));
        Assert.Contains($"has no {name}; it has ", message, StringComparison.Ordinal);
        Assert.Contains("CPUExecutionProvider", message, StringComparison.Ordinal);
        Assert.Contains(package ?? name, message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_ThatFails_NamesTheProviderWhatTheRuntimeSaidAndThoseThere()
    {
        // Without its options the provider takes no part: the session fails on the file alone.
        using var options = new SessionOptions { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL };
        byte[] noGraph = [1, 2, 3];

        OnnxRuntimeException cause = Assert.Throws<OnnxRuntimeException>(() => ExecutionProvider.Cpu.Load(noGraph, options));
        NotSupportedException error = Assert.Throws<NotSupportedException>(() => ExecutionProvider.Cuda().Load(noGraph, options));

        Assert.StartsWith("The CUDAExecutionProvider of the installed ONNX Runtime ", error.Message, StringComparison.Ordinal);
        Assert.Contains($"ONNX Runtime says: {cause.Message}", error.Message, StringComparison.Ordinal);
        Assert.EndsWith($"It has {string.Join(", ", OrtEnv.Instance().GetAvailableProviders())}.", error.Message, StringComparison.Ordinal);
        Assert.IsType<OnnxRuntimeException>(error.InnerException);
    }

    [Fact]
    public void Run_OnTheCpuWithArm64FastMath_GivesNearlyTheSameFeatures()
    {
        MobileNetV2Weights weights = RandomWeights.Create(2, RandomWeights.Narrow(), new ImagePreprocessing { Size = 32 });
        float[] pixels = [.. Enumerable.Range(0, 3 * 32 * 32).Select(i => (float)(i * 37 % 256))];

        Assert.InRange(Photos.MaxDifference([Run(false)], [Run(true)]), 0, 0.05);

        float[] Run(bool fast)
        {
            using var session = new NetworkSession(
                weights, InferenceGraphOutputs.Features, FeatureTap.Features, new NetworkSessionOptions(1, ExecutionProvider.Cpu, fast));
            float[] result = new float[session.OutputLength];
            session.Run(pixels, result);
            return result;
        }
    }

    [Fact]
    public void Make_WithADeviceBelowZeroOrWithoutAName_Throws()
    {
        Assert.Contains(
            "deviceId is -1; it must be at least 0",
            Assert.Throws<ArgumentOutOfRangeException>(() => ExecutionProvider.Cuda(-1)).Message,
            StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => ExecutionProvider.Named(""));
        Assert.Throws<ArgumentException>(() => ExecutionProvider.OpenVino(""));
    }

    [Fact]
    public void ToString_IsTheName() => Assert.Equal("CPUExecutionProvider", ExecutionProvider.Cpu.ToString());
}
