using System.Text.Encodings.Web;
using System.Text.Json;
using MLNet.MobileNetV2.Featurization.Columns;
using MLNet.MobileNetV2.Featurization.Saving;
using MLNet.MobileNetV2.Onnx;
using MLNet.MobileNetV2.Weights;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.MobileNetV2.Classification.Export;

/// <summary>Writes a whole model, pixels to probabilities, as one ONNX file.</summary>
internal static class OnnxModelExport
{
    private const string Labels = "labels";
    private const string UnknownLabel = "unknown_label";

    // Class names are read by people too: no escapes beyond JSON's own.
    private static readonly JsonSerializerOptions s_json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes the file's bytes.</summary>
    /// <exception cref="NotSupportedException">The model is no featurizer and linear head; the message says why.</exception>
    public static OnnxModel Write(ITransformer model)
    {
        var pipeline = new SavedPipeline(model);
        ScoringParts parts = ScoringParts.Find(pipeline);
        VBuffer<float>[]? weights = null;
        parts.Head.GetWeights(ref weights, out int classes);
        var bias = new float[classes];
        parts.Head.GetBiases().ToArray().CopyTo(bias, 0);
        float[] kernel = [.. weights.Take(classes).SelectMany(row => row.DenseValues())];

        IReadOnlyList<string> labels = ClassNames.Of(parts.PredictedLabel);
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal) { [Labels] = JsonSerializer.Serialize(labels, s_json) };
        (FeaturizerSpec Spec, int FirstStep)? featurizer = pipeline.FindSpec();
        if (featurizer is var (spec, first))
        {
            ScoringParts.CheckTakesImages(pipeline.Steps.Take(first));
            metadata["weights"] = spec.Weights;
            metadata[WeightsMetadata.Padding] = spec.Padding.ToString();
            foreach ((string key, string value) in WeightsMetadata.Write(spec.Preprocessing))
            {
                metadata[key] = value;
            }
        }

        if (parts.Unknown is { } unknown)
        {
            metadata[UnknownLabel] = unknown.Label;
        }

        byte[] bytes = ScoringGraph.Write(parts.Graph.Bytes, parts.Graph.Prefix, kernel, bias, parts.Unknown?.Graph, metadata);
        return new(bytes, labels, featurizer?.Spec.Preprocessing, parts.Unknown?.Label);
    }
}

/// <summary>A whole model as one graph, pixels to probabilities.</summary>
/// <param name="Bytes">The ONNX file.</param>
/// <param name="Labels">The names of the classes, in the order of the probabilities.</param>
/// <param name="Preprocessing">How images become its pixels; null where other steps prepare them.</param>
/// <param name="UnknownLabel">What an image of no class is called; null where there is no rule for it.</param>
internal sealed record OnnxModel(
    byte[] Bytes, IReadOnlyList<string> Labels, ImagePreprocessing? Preprocessing, string? UnknownLabel);
