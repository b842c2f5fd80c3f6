using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using MLNet.MobileNetV2.Onnx;
using MLNet.MobileNetV2.WeightsImport.Recognition;

namespace MLNet.MobileNetV2.Tests.WeightsImport.Onnx;

/// <summary>Compares what a file's own graph computes in ONNX Runtime with what the weights that were read from it compute.</summary>
internal static class OnnxComparison
{
    private const double Tolerance = 1e-4;

    /// <summary>Compares features and logits.</summary>
    /// <param name="network">The file's network.</param>
    /// <param name="file">The file.</param>
    /// <param name="content">What was read from it.</param>
    /// <param name="taken">How the file's graph expects its images.</param>
    public static void AssertSame(OnnxTestNetwork network, byte[] file, NetworkContent content, ImagePreprocessing taken)
    {
        var weights = new MobileNetV2Weights(
            "net", content.Architecture, content.Tensors, content.Preprocessing, null, content.BatchNormEpsilon);
        var random = new Random(1);
        float[] pixels = [.. Enumerable.Range(0, 3 * network.Side * network.Side).Select(_ => (float)random.Next(256))];
        (float[] features, float[] logits) = RunForeign(network, file, pixels, taken);

        Assert.True(features.Max() > 0.1, "The network must not be silent.");
        AssertClose(features, RunOwn(weights, InferenceGraphOutputs.Features, pixels, features.Length));
        if (network.Classes > 0)
        {
            AssertClose(logits, RunOwn(weights, InferenceGraphOutputs.Logits, pixels, logits.Length));
        }
    }

    private static (float[] Features, float[] Logits) RunForeign(
        OnnxTestNetwork network, byte[] file, float[] pixels, ImagePreprocessing taken)
    {
        int plane = network.Side * network.Side;
        float[] mean = [taken.Mean.Red, taken.Mean.Green, taken.Mean.Blue];
        float[] std = [taken.Std.Red, taken.Std.Green, taken.Std.Blue];
        float[] prepared = [.. pixels.Select((value, i) => (value - mean[i / plane]) / std[i / plane])];
        int[] shape = [1, 3, network.Side, network.Side];
        if (network.Channels == "last")
        {
            prepared = [.. Enumerable.Range(0, prepared.Length).Select(i => prepared[(i % 3 * plane) + (i / 3)])];
            shape = [1, network.Side, network.Side, 3];
        }

        using var options = new SessionOptions { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR, IntraOpNumThreads = 1 };
        using var session = new InferenceSession(file, options);
        using IDisposableReadOnlyCollection<DisposableNamedOnnxValue> results =
            session.Run([NamedOnnxValue.CreateFromTensor(OnnxTestNetwork.Pixels, new DenseTensor<float>(prepared, shape))]);
        float[] Output(string name) => results.FirstOrDefault(result => result.Name == name)?.AsEnumerable<float>().ToArray() ?? [];
        return (Output(OnnxTestNetwork.Features), Output(OnnxTestNetwork.Logits));
    }

    /// <summary>What this library computes.</summary>
    public static float[] RunOwn(MobileNetV2Weights weights, InferenceGraphOutputs output, float[] pixels, int length)
    {
        float[] result = new float[length];
        using var session = new NetworkSession(weights, output, FeatureTap.Features, new(1));
        session.Run(pixels, result);
        return result;
    }

    /// <summary>Fails where a value differs by more than a ten thousandth of the greatest.</summary>
    public static void AssertClose(float[] expected, float[] actual)
    {
        double scale = Math.Max(1, expected.Max(Math.Abs));
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.Equal(expected[i], actual[i], Tolerance * scale);
        }
    }
}
