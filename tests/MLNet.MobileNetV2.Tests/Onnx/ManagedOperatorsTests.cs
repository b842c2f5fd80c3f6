using Microsoft.ML.OnnxRuntime;
using MLNet.MobileNetV2.Onnx;

namespace MLNet.MobileNetV2.Tests.Onnx;

public class ManagedOperatorsTests
{
    private const int Channels = 10;

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Run_OfAGraph_ComputesEveryOutputOnce(int threads)
    {
        float[] doubled = Run(threads, run => run.ForChannels(Channels, (first, end) =>
        {
            for (int channel = first; channel < end; channel++)
            {
                run.Output(0)[channel] += run.Input(0)[channel] + run.Input(1)[channel];
                run.Output(1)[channel] = run.Output(0)[channel] * 2;
            }
        }));

        Assert.Equal(Enumerable.Range(0, Channels).Select(i => 2f * (i + 1)), doubled);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Run_WorkThatFails_SaysWhy(int threads)
    {
        OnnxRuntimeException error = Assert.Throws<OnnxRuntimeException>(
            () => Run(threads, run => run.ForChannels(Channels, (_, _) => throw new InvalidOperationException("The work fails."))));

        Assert.Contains("The work fails.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Dispose_Twice_DoesNothing()
    {
        var operators = new ManagedOperators([new("Any", [1], [[1]], _ => { })], threads: 1);

        operators.Dispose();
        operators.Dispose();
    }

    // Clears the first output first: memory from ONNX Runtime holds what it held.
    private static float[] Run(int threads, Action<OperatorRun> work)
    {
        var managed = new ManagedOperator("Sum", [Channels, Channels], [[1, Channels], [Channels]], run =>
        {
            run.Output(0).Clear();
            work(run);
        });
        var graph = new OnnxGraphBuilder("Test");
        graph.Input("x", 1, Channels);
        graph.Constant("one", Enumerable.Repeat(1f, Channels).ToArray(), Channels);
        graph.Node(managed, ["sum", "doubled"], ["x", "one"]);
        graph.Output("doubled", Channels);
        using SessionOptions options = new NetworkSessionOptions(threads).Create();
        using var operators = new ManagedOperators([managed], threads);
        operators.AddTo(options);
        using var session = new InferenceSession(graph.ToBytes(), options);
        float[] values = [.. Enumerable.Range(0, Channels).Select(i => (float)i)];
        using OrtValue input = OrtValue.CreateTensorValueFromMemory(values, [1, Channels]);
        using var runOptions = new RunOptions();
        using IDisposableReadOnlyCollection<OrtValue> outputs = session.Run(runOptions, ["x"], [input], ["doubled"]);
        return outputs[0].GetTensorDataAsSpan<float>().ToArray();
    }
}
