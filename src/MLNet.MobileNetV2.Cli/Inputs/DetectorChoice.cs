using Microsoft.ML;
using MLNet.MobileNetV2.Cli.Failures;
using MLNet.MobileNetV2.Cli.Output;
using MLNet.MobileNetV2.Machine;

namespace MLNet.MobileNetV2.Cli.Inputs;

/// <summary>Loads and saves detectors.</summary>
internal static class DetectorChoice
{
    /// <summary>The name of the detector in the package.</summary>
    public const string Coco = "coco";

    private const string Pipeline = ".zip";
    private const string Tensors = ".safetensors";

    /// <summary>Whether text is the name of the detector in the package or may be the path of a model.</summary>
    public static bool IsKnown(string nameOrPath) => IsCoco(nameOrPath) || PathText.IsPath(nameOrPath);

    /// <summary>Loads a detector.</summary>
    /// <exception cref="CommandFailedException">There is no such file.</exception>
    public static MobileNetV2Detector Load(string nameOrPath, MobileNetV2DetectorOptions options) => IsCoco(nameOrPath)
        ? MobileNetV2Detector.CreatePretrained(options)
        : MobileNetV2Detector.Create(LoadModel(nameOrPath), options);

    /// <summary>Loads a model.</summary>
    /// <exception cref="CommandFailedException">There is no such file.</exception>
    public static DetectorModel LoadModel(string path) => IsCoco(path) ? DetectorModel.Coco
        : File.Exists(path) ? DetectorModel.Load(path)
        : throw new CommandFailedException($"The model '{path}' {NotAFile.Describe(path)}.");

    /// <summary>Finds out before the work begins whether a model could be written.</summary>
    /// <exception cref="CommandFailedException">It could not, or is of no form that models have.</exception>
    public static void CheckWritable(string path)
    {
        if (!HasExtension(path, Pipeline) && !HasExtension(path, Tensors))
        {
            throw new CommandFailedException(
                $"The output '{path}' must end with .zip, for a model of ML.NET, or with .safetensors.", ExitCode.WrongUsage);
        }

        OutputFile.CheckWritable(path);
    }

    /// <summary>Writes a model: as a pipeline of ML.NET, or as its tensors.</summary>
    public static void Save(DetectorModel model, string path)
    {
        if (HasExtension(path, Tensors))
        {
            model.Save(path);
            return;
        }

        var mlContext = new MLContext();
        IDataView photos = mlContext.Data.LoadFromEnumerable(Array.Empty<PhotoRow>());
        using MobileNetV2DetectionTransformer pipeline =
            mlContext.Transforms.DetectObjectsWithMobileNetV2(new MobileNetV2DetectionOptions { Model = model }).Fit(photos);
        OutputFile.Write(path, stream => mlContext.Model.Save(pipeline, photos.Schema, stream));
    }

    private static bool IsCoco(string name) => name.Equals(Coco, StringComparison.OrdinalIgnoreCase);

    private static bool HasExtension(string path, string extension) => path.EndsWith(extension, StringComparison.OrdinalIgnoreCase);

    private sealed class PhotoRow
    {
        public string ImagePath { get; set; } = string.Empty;
    }
}
