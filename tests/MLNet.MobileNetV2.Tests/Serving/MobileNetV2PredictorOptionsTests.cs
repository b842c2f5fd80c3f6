using Microsoft.ML.OnnxRuntime;
using MLNet.MobileNetV2.Tests.Support;

namespace MLNet.MobileNetV2.Tests.Serving;

public class MobileNetV2PredictorOptionsTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private const int MaxBytes = 256 * 1024 * 1024;

    public static TheoryData<MobileNetV2PredictorOptions, string> Impossible() => new()
    {
        { new() { Top = 0 }, "Top is 0; it must be at least 1." },
        { new() { IntraOpThreadCount = -1 }, "IntraOpThreadCount is -1; it must be 0 (all cores) to 1024." },
        { new() { MaxConcurrency = -1 }, "MaxConcurrency is -1; it must be 0 (all cores) to 1024." },
        { new() { MaxConcurrency = 1025 }, "MaxConcurrency is 1025; it must be 0 (all cores) to 1024." },
        { new() { MaxEncodedBytes = 0 }, "MaxEncodedBytes is 0; it must be 1 to 268435456." },
        { new() { MaxEncodedBytes = MaxBytes + 1 }, "MaxEncodedBytes is 268435457; it must be 1 to 268435456." },
        { new() { MaxPixels = 0 }, "MaxPixels is 0; it must be 1 to 250000000." },
        { new() { MaxPixels = 250_000_001 }, "MaxPixels is 250000001; it must be 1 to 250000000." },
    };

    [Theory]
    [MemberData(nameof(Impossible))]
    public void Load_WithAnImpossibleOption_NamesItAndWhatIsAllowed(MobileNetV2PredictorOptions options, string message)
    {
        ArgumentOutOfRangeException error = Assert.Throws<ArgumentOutOfRangeException>(() => MobileNetV2Predictor.Load("any.zip", options));

        Assert.StartsWith(message, error.Message, StringComparison.Ordinal);
        Assert.Equal(message.Split(' ')[0], error.ParamName);
    }

    [Fact]
    public void Concurrency_WhenNew_IsTheNumberOfCores()
    {
        var options = new MobileNetV2PredictorOptions();

        Assert.Equal(Environment.ProcessorCount, options.Concurrency);
        Assert.Equal(3, (options.With(its => its.MaxConcurrency, 3)).Concurrency);
    }

    [Fact]
    public void Create_WithAProviderThatTheRuntimeLacks_NamesIt()
    {
        Assert.SkipWhen(OrtEnv.Instance().GetAvailableProviders().Contains("CUDAExecutionProvider"), "This ONNX Runtime has CUDA.");
        using var model = new PhotoModel();

        Assert.Contains(
            "has no CUDAExecutionProvider",
            Assert.Throws<NotSupportedException>(() => model.Predictor(new() { ExecutionProvider = ExecutionProvider.Cuda() })).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Top_OfTheOptions_HoldsWhereTheCallDoesNotSay()
    {
        using var model = new PhotoModel();
        using MobileNetV2Predictor predictor = model.Predictor(new() { Top = 2 });

        Assert.Equal(2, predictor.Predict(PhotoModel.Files[0], cancellationToken: Token).Count);
        Assert.Equal(4, predictor.Predict(PhotoModel.Files[0], 4, cancellationToken: Token).Count);
    }
}
