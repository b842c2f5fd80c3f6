using Microsoft.ML;
using MLNet.MobileNetV2.Classification.Export;
using MLNet.MobileNetV2.Featurization;
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
        MobileNetV2FeaturizerInfo info = MobileNetV2FeaturizerInfo.Find(model) ?? throw new NotSupportedException(
            "The model's featurizer takes pixels that other steps prepared; a predictor needs one that takes paths, encoded pictures or images.");
        return new(network, info.Preprocessing);
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

}
