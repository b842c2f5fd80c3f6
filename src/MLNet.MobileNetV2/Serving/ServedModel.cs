using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;
using MLNet.MobileNetV2.Classification.Export;
using MLNet.MobileNetV2.Featurization;
using MLNet.MobileNetV2.Featurization.Saving;
using MLNet.MobileNetV2.Images;

namespace MLNet.MobileNetV2.Serving;

/// <summary>What a predictor takes from a model: one graph, the class names, and how photos become its pixels.</summary>
/// <param name="Network">The graph and the class names.</param>
/// <param name="Preprocessing">How photos are prepared.</param>
internal sealed record ServedModel(OnnxModel Network, ImagePreprocessing Preprocessing)
{
    /// <summary>Reads a model file. Nothing of it, and no temporary file, is kept.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is no model.</exception>
    /// <exception cref="NotSupportedException">The model does not score photos.</exception>
    public static ServedModel Load(string path)
    {
        if (!File.Exists(path))
        {
            string found = Directory.Exists(path) ? "is a folder" : "is not there";
            throw new FileNotFoundException($"The model '{path}' {found}; a file that mlContext.Model.Save or 'mobilenetv2 train' wrote is needed.", path);
        }

        DirectoryInfo temporary = Directory.CreateTempSubdirectory("mobilenetv2-");
        try
        {
            ITransformer model = Read(path, temporary.FullName);
            using (model as IDisposable)
            {
                return Of(model);
            }
        }
        finally
        {
            temporary.Delete(recursive: true);
        }
    }

    /// <summary>Takes what it needs from a model, which stays the caller's.</summary>
    /// <exception cref="NotSupportedException">The model does not score photos; the message says what is in the way.</exception>
    public static ServedModel Of(ITransformer model)
    {
        OnnxModel network = OnnxModelExport.Write(model);
        CheckTakesPhotos([.. ScoringParts.Flatten(model)]);
        return new(network, MobileNetV2FeaturizerInfo.Find(model)!.Preprocessing);
    }

    private static ITransformer Read(string path, string temporaryFolder)
    {
        try
        {
            return new MLContext { TempFilePath = temporaryFolder }.Model.Load(path, out _);
        }
        catch (Exception error) when (error is not (IOException or UnauthorizedAccessException or OutOfMemoryException))
        {
            throw new InvalidDataException($"The file '{path}' is not a model that ML.NET can load: {error.Message}", error);
        }
    }

    // A photo reaches the graph straight: whatever else the model does to pictures would be missing from its scores.
    private static void CheckTakesPhotos(ITransformer[] steps)
    {
        int first = Array.FindIndex(steps, step => step is MobileNetV2FeaturizerTransformer or CustomMappingTransformer<EmptyRow, SeedRow>);
        if (first < 0 || steps[first] is MobileNetV2FeaturizerTransformer { InputKind: ImageColumnKind.Pixels })
        {
            throw new NotSupportedException(
                "The model's featurizer takes pixels that other steps prepared; a predictor needs one that takes paths, encoded pictures or images.");
        }

        if (steps[..first].FirstOrDefault(step => !ScoringParts.IsPassedOver(step) && step is not ImageLoadingTransformer) is { } other)
        {
            throw new NotSupportedException(
                $"The model has a {other.GetType().Name} before its featurizer; a predictor can only leave out key mappings, copied and dropped "
                + "columns and the loading of images.");
        }
    }
}
