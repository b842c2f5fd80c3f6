using Microsoft.ML.OnnxRuntime;
using MLNet.MobileNetV2.Detection.Boxes;
using MLNet.MobileNetV2.Detection.Inference;
using MLNet.MobileNetV2.Detection.Weights;

namespace MLNet.MobileNetV2.Tests.Detection.Inference;

/// <summary>What a detection graph gives: every row and what it chooses of them.</summary>
internal sealed record DetectionRun(RelativeBox[] Boxes, float[] Scores, IReadOnlyList<DetectionRow> Detections)
{
    /// <summary>Runs a graph on images, and gives what it has for all of them.</summary>
    public static DetectionRun Of(InferenceSession session, float[] pixels, DetectionWeights weights)
    {
        int size = weights.Preprocessing.Size;
        using OrtValue input = OrtValue.CreateTensorValueFromMemory(pixels, [pixels.Length / (3 * size * size), 3, size, size]);
        using var options = new RunOptions();
        using IDisposableReadOnlyCollection<OrtValue> results = session.Run(
            options, ["pixels"], [input], ["boxes", "scores", "detections"]);
        return new(
            [
                .. results[0].GetTensorDataAsSpan<float>().ToArray().Chunk(4)
                    .Select(edges => new RelativeBox(edges[0], edges[1], edges[2], edges[3])),
            ],
            results[1].GetTensorDataAsSpan<float>().ToArray(),
            [.. results[2].GetTensorDataAsSpan<float>().ToArray().Chunk(DetectionRow.Length).Select(values => DetectionRow.Read(values))]);
    }

    /// <summary>A session on a graph; that inputs have values of their own is no warning here.</summary>
    public static InferenceSession Load(DetectionWeights weights, float scoreThreshold, float overlapThreshold, int top)
    {
        using var options = new SessionOptions { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR };
        return new InferenceSession(DetectionGraph.Write(weights, scoreThreshold, overlapThreshold, top), options);
    }
}
