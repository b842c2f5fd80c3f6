using Microsoft.ML;
using MLNet.MobileNetV2.Classification.Export;

namespace MLNet.MobileNetV2.Serving;

/// <summary>What a predictor takes from a model: one graph, the class names, and how images become its pixels.</summary>
/// <param name="Graph">The ONNX file, pixels to probabilities.</param>
/// <param name="Labels">The names of the classes, in the order of the probabilities.</param>
/// <param name="Preprocessing">How images are prepared.</param>
/// <param name="UnknownLabel">What an image of no class is called; null where there is no rule for it.</param>
internal sealed record ServedModel(
    byte[] Graph, IReadOnlyList<string> Labels, ImagePreprocessing Preprocessing, string? UnknownLabel = null)
{
    /// <summary>Reads a model file. Nothing of it, and no temporary file, is kept.</summary>
    /// <inheritdoc cref="ModelFile.Load" path="/exception"/>
    /// <exception cref="NotSupportedException">The model does not score images.</exception>
    public static ServedModel Load(string path)
    {
        using ModelFile file = ModelFile.Load(path);
        return Of(file.Model);
    }

    /// <summary>Takes what it needs from a model, which stays the caller's.</summary>
    /// <exception cref="NotSupportedException">The model does not score images; the message says why.</exception>
    public static ServedModel Of(ITransformer model)
    {
        OnnxModel network = OnnxModelExport.Write(model);
        ImagePreprocessing preprocessing = network.Preprocessing ?? throw new NotSupportedException(
            "The model's featurizer takes pixels that other steps prepared; "
            + "a predictor needs one that takes paths, encoded images or images.");
        return new(network.Bytes, network.Labels, preprocessing, network.UnknownLabel);
    }
}
