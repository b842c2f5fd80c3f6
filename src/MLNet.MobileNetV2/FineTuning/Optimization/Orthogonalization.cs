using System.Collections.Concurrent;
using Microsoft.ML.OnnxRuntime;
using MLNet.MobileNetV2.Onnx;

namespace MLNet.MobileNetV2.FineTuning.Optimization;

/// <summary>
/// The nearest matrix with orthogonal rows (or columns), about: five Newton-Schulz steps, which bring every singular value near 1, as
/// products of matrices in ONNX Runtime. Thread-safe.
/// </summary>
internal static class Orthogonalization
{
    private const int Steps = 5;
    private const string Input = "matrix";
    private const string Output = "orthogonal";

    // The quintic a x + b x^3 + c x^5 that grows small singular values fastest while those near 1 stay within about 0.7 to 1.2.
    private const float Linear = 3.4445f;
    private const float Cubic = -4.7750f;
    private const float Quintic = 2.0315f;

    // They hold no weights, and a network has few shapes: they are kept as long as the process runs.
    private static readonly ConcurrentDictionary<(int Rows, int Columns), Lazy<InferenceSession>> s_sessions = new();
    private static readonly RunOptions s_runOptions = new();

    /// <summary>Replaces a matrix.</summary>
    public static void Apply(Memory<float> matrix, int rows, int columns)
    {
        InferenceSession session = s_sessions
            .GetOrAdd((rows, columns), shape => new Lazy<InferenceSession>(() => Load(shape.Rows, shape.Columns))).Value;
        float[] result = new float[matrix.Length];
        long[] shape = [rows, columns];
        using OrtValue input = OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, matrix, shape);
        using OrtValue output = OrtValue.CreateTensorValueFromMemory<float>(OrtMemoryInfo.DefaultInstance, result, shape);
        session.Run(s_runOptions, [Input], [input], [Output], [output]);
        result.CopyTo(matrix);
    }

    private static InferenceSession Load(int rows, int columns)
    {
        var graph = new OnnxGraphBuilder("Orthogonalization");
        string x = graph.Input(Input, rows, columns);
        bool isTall = rows > columns;
        x = isTall ? graph.Node("Transpose", "wide", [x], OnnxGraphBuilder.Attribute("perm", 1L, 0L)) : x;
        string length = graph.Node("ReduceL2", "length", [x], OnnxGraphBuilder.Attribute("keepdims", 0));
        string positive = graph.Node("Max", "positive", [length, graph.Constant("least", [1e-20f])]);
        x = graph.Node("Div", "normalized", [x, positive]);
        for (int step = 0; step < Steps; step++)
        {
            string gram = graph.Node("Gemm", $"gram.{step}", [x, x], OnnxGraphBuilder.Attribute("transB", 1));
            string polynomial = graph.Node(
                "Gemm",
                $"polynomial.{step}",
                [gram, gram, gram],
                OnnxGraphBuilder.Attribute("alpha", Quintic),
                OnnxGraphBuilder.Attribute("beta", Cubic));
            x = graph.Node("Gemm", $"step.{step}", [polynomial, x, x], OnnxGraphBuilder.Attribute("beta", Linear));
        }

        graph.Output(
            isTall
                ? graph.Node("Transpose", Output, [x], OnnxGraphBuilder.Attribute("perm", 1L, 0L))
                : graph.Node("Identity", Output, [x]),
            rows,
            columns);
        using SessionOptions options = new NetworkSessionOptions(IntraOpThreadCount: 1).Create();
        return new InferenceSession(graph.ToBytes(), options);
    }
}
