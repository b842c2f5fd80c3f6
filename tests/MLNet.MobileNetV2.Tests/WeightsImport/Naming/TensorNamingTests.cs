using MLNet.MobileNetV2.Network;
using MLNet.MobileNetV2.Tests.Support;

namespace MLNet.MobileNetV2.Tests.WeightsImport.Naming;

public sealed class TensorNamingTests : IDisposable
{
    private static readonly ChannelValues s_imageNetMean = new(123.675f, 116.28f, 103.53f);

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("torchvision", "classifier.1", 1000, 1e-5, PaddingFlavor.PyTorchSymmetric)]
    [InlineData("timm", "classifier", 1000, 1e-5, PaddingFlavor.PyTorchSymmetric)]
    [InlineData("huggingface", "classifier", 1001, 1e-3, PaddingFlavor.TensorFlowSame)]
    [InlineData("huggingface backbone", null, 0, 1e-3, PaddingFlavor.TensorFlowSame)]
    public void Load_OfAnotherProjectsFile_FoldsBatchNormWithItsEpsilonAndPadding(
        string project, string? classifier, int classes, double epsilon, PaddingFlavor padding)
    {
        ForeignLayer[] layers = [.. Layers(project)];
        ForeignFile file = ForeignFile.Of(layers, classifier, classes);

        MobileNetV2Weights weights = Load(file);

        Assert.Equal(padding, weights.Padding);
        Assert.Equal(classifier is null ? null : classes, weights.ClassCount);
        Assert.Equal(52, layers.Length);
        foreach ((ForeignLayer layer, ConvolutionLayer own) in layers.Zip(MobileNetV2Architecture.Default.Convolutions()))
        {
            ReadOnlySpan<float> kernel = weights.Tensors[$"{own.Name}.weight"].Values.Span;
            ReadOnlySpan<float> bias = weights.Tensors[$"{own.Name}.bias"].Values.Span;
            int size = kernel.Length / bias.Length;
            for (int channel = 0; channel < bias.Length; channel++)
            {
                double scale = file.Values[layer.BatchNorm + ".weight"][channel]
                    / Math.Sqrt(file.Values[layer.BatchNorm + ".running_var"][channel] + epsilon);
                Assert.Equal(
                    file.Values[layer.BatchNorm + ".bias"][channel] - (file.Values[layer.BatchNorm + ".running_mean"][channel] * scale),
                    bias[channel],
                    1e-4 * (1 + Math.Abs(scale)));
                Assert.Equal(file.Values[layer.Kernel][channel * size] * scale, kernel[channel * size], 1e-5 * (1 + Math.Abs(scale)));
            }
        }
    }

    [Theory]
    [InlineData("torchvision")]
    [InlineData("timm")]
    public void Load_OfPyTorchsFiles_PreparesPhotosWithImageNetsMean(string project)
    {
        ImagePreprocessing preprocessing = Load(ForeignFile.Of(Layers(project), null, 0)).Preprocessing;

        Assert.Equal(s_imageNetMean.Red, preprocessing.Mean.Red, 1e-3f);
        Assert.Equal(58.395f, preprocessing.Std.Red, 1e-3f);
        Assert.Equal((224, 0.875), (preprocessing.Size, preprocessing.CropFraction));
    }

    [Fact]
    public void Load_WithTheNetworkNamed_PreparesPhotosAtItsResolution()
    {
        string path = _folder.File("named.safetensors");
        File.WriteAllBytes(path, ForeignFile.Of(Layers("timm"), null, 0).Bytes());
        var options = new WeightsFileOptions { Architecture = new MobileNetV2Architecture(resolution: 160) };

        MobileNetV2Weights weights = new WeightsStore().Load(
            WeightsSource.FromFile(path, options), null, TestContext.Current.CancellationToken).Weights;

        Assert.Equal((160, 160), (weights.Preprocessing.Size, weights.Architecture.Resolution));
    }

    [Fact]
    public void Load_OfHuggingFacesFileWithAnotherPadding_StillPreparesPhotosAsItsProject() => Assert.Equal(
        new ImagePreprocessing(), Load(
            ForeignFile.Of(Layers("huggingface"), null, 0), padding: PaddingFlavor.PyTorchSymmetric).Preprocessing);

    [Fact]
    public void Load_OfHuggingFacesFile_PreparesPhotosAsTensorFlow() =>
        Assert.Equal(new ImagePreprocessing(), Load(ForeignFile.Of(Layers("huggingface"), null, 0)).Preprocessing);

    [Fact]
    public void Load_WithPaddingAndPreprocessingGiven_TakesThose()
    {
        var preprocessing = new ImagePreprocessing { Size = 96 };

        MobileNetV2Weights weights = Load(ForeignFile.Of(Layers("timm"), null, 0), preprocessing, PaddingFlavor.TensorFlowSame);

        Assert.Equal((preprocessing, PaddingFlavor.TensorFlowSame), (weights.Preprocessing, weights.Padding));
    }

    [Theory]
    [InlineData("torchvision", "features.18.1.running_var")]
    [InlineData("timm", "blocks.3.2.conv_pwl.weight")]
    [InlineData("huggingface", "mobilenet_v2.layer.7.conv_3x3.normalization.bias")]
    public void Load_WithATensorMissing_NamesItAsTheFileWould(string project, string missing)
    {
        string prefix = missing[..missing.LastIndexOf('.')];
        IEnumerable<ForeignLayer> layers = Layers(project)
            .Select(layer => layer.BatchNorm == prefix ? layer with { BatchNorm = prefix + "_" } : layer)
            .Select(layer => layer.Kernel == missing ? layer with { Kernel = missing + "_" } : layer);

        string message = Assert.Throws<WeightsFormatException>(() => Load(ForeignFile.Of(layers, null, 0))).Message;

        Assert.Contains("is missing", message, StringComparison.Ordinal);
        Assert.Contains(
            missing.EndsWith(".weight", StringComparison.Ordinal) ? missing : prefix[..prefix.LastIndexOf('.')],
            message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Load_WithAKernelOfAnotherShape_NamesItAsTheFileDoes()
    {
        IEnumerable<ForeignLayer> layers = Layers("timm")
            .Select(layer => layer.Kernel == "blocks.2.1.conv_pw.weight" ? layer with { Shape = [192, 31, 1, 1] } : layer);

        Assert.Contains(
            "'blocks.2.1.conv_pw.weight' has shape [192, 31, 1, 1]; MobileNetV2 needs [192, 32, 1, 1]",
            Assert.Throws<WeightsFormatException>(() => Load(ForeignFile.Of(layers, null, 0))).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Load_WithANegativeVariance_Throws()
    {
        ForeignFile file = ForeignFile.Of(Layers("timm"), null, 0);
        byte[] bytes = file.Bytes();
        byte[] first = BitConverter.GetBytes(file.Values["bn1.running_var"][0]);
        int at = bytes.AsSpan().IndexOf(first);
        BitConverter.GetBytes(-1f).CopyTo(bytes, at);

        Assert.Contains(
            "'features.0.1.running_var' holds -1", Assert.Throws<WeightsFormatException>(
                () => Load(bytes, null, null)).Message, StringComparison.Ordinal);
    }

    private static IEnumerable<ForeignLayer> Layers(string project) => project switch
    {
        "torchvision" => ForeignLayer.Torchvision(),
        "timm" => ForeignLayer.Timm(),
        "huggingface" => ForeignLayer.HuggingFace("mobilenet_v2."),
        _ => ForeignLayer.HuggingFace(""),
    };

    private MobileNetV2Weights Load(ForeignFile file, ImagePreprocessing? preprocessing = null, PaddingFlavor? padding = null) =>
        Load(file.Bytes(), preprocessing, padding);

    private MobileNetV2Weights Load(byte[] bytes, ImagePreprocessing? preprocessing, PaddingFlavor? padding)
    {
        string path = _folder.File("model.safetensors");
        File.WriteAllBytes(path, bytes);
        return new WeightsStore(new WeightsStoreOptions { CacheFolder = _folder.Path, Offline = true })
            .Load(
                WeightsSource.FromFile(path, new WeightsFileOptions { Preprocessing = preprocessing, Padding = padding }),
                null,
                TestContext.Current.CancellationToken).Weights;
    }
}
