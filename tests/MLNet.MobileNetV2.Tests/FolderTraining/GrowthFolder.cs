using System.IO.Compression;
using MLNet.MobileNetV2.Tests.Cli;

namespace MLNet.MobileNetV2.Tests.FolderTraining;

/// <summary>A model of two classes, the photos that it was trained on, and a folder for those that are added.</summary>
internal sealed class GrowthFolder : IDisposable
{
    private const string StatisticsEntry = "MobileNetV2/statistics.safetensors";

    /// <summary>The photos to train on.</summary>
    public SampleFolder Photos { get; } = new(12, "food", "animal");

    /// <summary>The photos that are added.</summary>
    public SampleFolder More { get; } = new(0);

    public string ModelPath => Photos.PathOf("model.zip");

    /// <summary>What the model keeps of its photos.</summary>
    public byte[] Statistics
    {
        get
        {
            using ZipArchive zip = ZipFile.OpenRead(ModelPath);
            using Stream stream = zip.GetEntry(StatisticsEntry)!.Open();
            using var bytes = new MemoryStream();
            stream.CopyTo(bytes);
            return bytes.ToArray();
        }

        set
        {
            using ZipArchive zip = ZipFile.Open(ModelPath, ZipArchiveMode.Update);
            zip.GetEntry(StatisticsEntry)!.Delete();
            using Stream stream = zip.CreateEntry(StatisticsEntry).Open();
            stream.Write(value);
        }
    }

    /// <summary>Trains the model.</summary>
    public void Train(ImageFolderTrainingOptions? options = null) => Train(Photos, options);

    /// <summary>Trains the model on other photos.</summary>
    public void Train(SampleFolder photos, ImageFolderTrainingOptions? options = null)
    {
        File.Delete(ModelPath);
        using ImageFolderTrainingResult result = ImageFolderTraining.Run(
            photos.Path, options ?? new() { Weights = WeightsSource.Embedded }, TestContext.Current.CancellationToken);
        result.Save(ModelPath);
    }

    /// <summary>Adds the photos to the model.</summary>
    public ImageFolderGrowthResult Grow(ImageFolderGrowthOptions? options = null) =>
        ImageFolderGrowth.Run(ModelPath, More.Path, options, TestContext.Current.CancellationToken);

    public void Dispose()
    {
        Photos.Dispose();
        More.Dispose();
    }
}
