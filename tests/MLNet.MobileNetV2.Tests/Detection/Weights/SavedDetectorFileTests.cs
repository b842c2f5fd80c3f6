using System.IO.Compression;
using Microsoft.ML;
using MLNet.MobileNetV2.Detection.Weights;
using MLNet.MobileNetV2.Tests.Support;

namespace MLNet.MobileNetV2.Tests.Detection.Weights;

public sealed class SavedDetectorFileTests : IDisposable
{
    private readonly TempFolder _folder = new();

    private string Zip => _folder.File("model.zip");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Load_OfASavedPipeline_GivesTheSameWeights()
    {
        DetectionWeights weights = DetectionTestWeights.Create();
        Save(weights);

        DetectionWeights read = DetectorModel.Load(Zip).Weights;

        Assert.Equal(weights.Labels, read.Labels);
        Assert.Equal(weights.Preprocessing, read.Preprocessing);
        Assert.Equal(weights.Architecture.ToString(), read.Architecture.ToString());
        Assert.Equal(weights.Anchors.Anchors, read.Anchors.Anchors);
        Assert.Equal(weights.Tensors.Keys.Order(), read.Tensors.Keys.Order());
        Assert.All(weights.Tensors, pair => Assert.Equal(pair.Value.Values.ToArray(), read.Tensors[pair.Key].Values.ToArray()));
    }

    [Fact]
    public void Load_OfAPipelineWithoutADetector_SaysWhatIsNeeded()
    {
        var mlContext = new MLContext(seed: 1);
        IDataView data = mlContext.Data.LoadFromEnumerable([new { Text = "a" }]);
        mlContext.Model.Save(mlContext.Transforms.CopyColumns("Copy", "Text").Fit(data), data.Schema, Zip);

        WeightsFormatException error = Assert.Throws<WeightsFormatException>(() => DetectorModel.Load(Zip));

        Assert.Contains(Zip, error.Message, StringComparison.Ordinal);
        Assert.Contains("a zip archive without a detector", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Load_OfADamagedFile_SaysSoAndNothingElseHappens(int seed)
    {
        Save(DetectionTestWeights.Create());
        byte[] whole = File.ReadAllBytes(Zip);
        var random = new Random(seed);
        for (int mutant = 0; mutant < 20; mutant++)
        {
            byte[] bytes = [.. whole];
            for (int change = 0; change < 5; change++)
            {
                bytes[random.Next(4, bytes.Length)] = (byte)random.Next(256);
            }

            File.WriteAllBytes(Zip, mutant % 2 == 0 ? bytes : bytes[..random.Next(4, bytes.Length)]);
            try
            {
                Assert.Equal(3, DetectorModel.Load(Zip).Labels.Count);
            }
            catch (WeightsFormatException error)
            {
                Assert.Contains(Zip, error.Message, StringComparison.Ordinal);
            }
        }
    }

    [Theory]
    [InlineData(new byte[0], "its graph is empty")]
    [InlineData(new byte[] { 255, 255, 255, 127, 1 }, "its graph says that it has 2,147,483,647 bytes and has 1")]
    [InlineData(new byte[] { 3, 0, 0, 0, 1, 2, 3 }, "ONNX")]
    public void Load_OfAHostileGraph_IsRefused(byte[] graph, string reason)
    {
        using (ZipArchive archive = ZipFile.Open(Zip, ZipArchiveMode.Create))
        {
            using Stream entry = archive.CreateEntry("TransformerChain/Transform_000/OnnxModel").Open();
            entry.Write(graph);
        }

        Assert.Contains(reason, Assert.Throws<WeightsFormatException>(() => DetectorModel.Load(Zip)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Coco_IsTheModelInThePackage()
    {
        Assert.Equal(80, DetectorModel.Coco.Labels.Count);
        Assert.Same(DetectorModel.Coco, DetectorModel.Coco);
    }

    private void Save(DetectionWeights weights)
    {
        var mlContext = new MLContext(seed: 1);
        IDataView photos = mlContext.Data.LoadFromEnumerable<PhotoRow>([]);
        using MobileNetV2DetectionTransformer model = mlContext.Transforms
            .DetectObjectsWithMobileNetV2(new MobileNetV2DetectionOptions { Model = new(weights) }).Fit(photos);
        mlContext.Model.Save(model, photos.Schema, Zip);
    }
}
