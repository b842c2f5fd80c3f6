using System.Diagnostics;
using MLNet.MobileNetV2.Pretrained;
using MLNet.MobileNetV2.Tests.Support;
using MLNet.MobileNetV2.Weights;
using MLNet.MobileNetV2.WeightsImport.Naming;

namespace MLNet.MobileNetV2.Tests.WeightsImport.Naming;

public sealed class NamedTensorsTests
{
    private const int ManyBlocks = 15_000;

    private static readonly Dictionary<string, string> s_noMetadata = [];

    // The paper's table at width 0.05 without rounding.
    private static readonly ForeignTable s_tiny = new(
        2, [(1, 1, 1), (6, 1, 2), (6, 2, 3), (6, 3, 4), (6, 5, 3), (6, 8, 3), (6, 16, 1)], 1280);

    [Theory]
    [InlineData("features.0.0.weight", "features.{0}.conv.1.0.weight")]
    [InlineData("conv_stem.weight", "blocks.{0}.0.conv_pw.weight")]
    [InlineData("conv_stem.weight", "blocks.0.{0}.conv_pw.weight")]
    [InlineData("mobilenet_v2.conv_stem.first_conv.convolution.weight", "mobilenet_v2.layer.{0}.reduce_1x1.convolution.weight")]
    public void Read_ThousandsOfBlocks_IsRefusedAtOnce(string stem, string block)
    {
        var one = new WeightTensor([1, 1, 1, 1], new float[1]);
        Dictionary<string, WeightTensor> tensors = Enumerable.Range(0, ManyBlocks).ToDictionary(
            index => string.Format(System.Globalization.CultureInfo.InvariantCulture, block, index), _ => one);
        tensors[stem] = one;
        tensors["features.1.conv.1.0.weight"] = one;
        tensors["mobilenet_v2.conv_stem.reduce_1x1.convolution.weight"] = one;
        var watch = Stopwatch.StartNew();

        string reason = Assert.Throws<WeightsFormatException>(() => NamedTensors.Read("file", tensors, s_noMetadata, null, new())).Reason;

        Assert.Contains("more than 1000 inverted residuals; 7 to 1000 are allowed", reason, StringComparison.Ordinal);
        Assert.InRange(watch.ElapsedMilliseconds, 0, 1000);
    }

    [Theory]
    [InlineData("features.0.0.weight")]
    [InlineData("features.3.conv.1.0.weight")]
    [InlineData("features.18.0.weight")]
    [InlineData("features.18.1.running_var")]
    [InlineData("classifier.1.weight")]
    [InlineData("classifier.1.bias")]
    public void Read_ShapesOfAnyKind_OnlyThrowWeightsFormatException(string name)
    {
        int[][] shapes =
            [[], [0], [1], [0, 0], [0, 0, 0, 0], [1, 1, 0, 1], [0, 2147483647, 2147483647, 2147483647], [1, 1, 1, 1, 1, 1, 1, 1]];
        foreach (
            WeightsFileOptions options in (
                WeightsFileOptions[])[new(), new() { Architecture = new(widthMultiplier: 0.05, roundNearest: 1) }])
        {
            foreach (int[] shape in shapes)
            {
                Dictionary<string, WeightTensor> tensors = SafetensorsReader.Read(
                    "file", ForeignFile.Of(ForeignLayer.Torchvision(s_tiny), "classifier.1", 3).Bytes()).Tensors.ToDictionary();
                tensors[name] = new(shape, new float[TensorShape.Count(shape)!.Value]);

                Assert.Throws<WeightsFormatException>(() =>
                {
                    var content = NamedTensors.Read("file", tensors, s_noMetadata, null, options);
                    _ = new MobileNetV2Weights("file", content.Architecture, content.Tensors, content.Preprocessing);
                });
            }
        }
    }

    [Fact]
    public void Read_NoNamesOfAnyProject_SaysWhichAreRead()
    {
        string reason = Assert.Throws<WeightsFormatException>(
            () => NamedTensors.Read("file", new Dictionary<string, WeightTensor>(), s_noMetadata, null, new())).Reason;

        Assert.Contains("'features.0.0.weight'", reason, StringComparison.Ordinal);
        Assert.Contains("'conv_stem.weight'", reason, StringComparison.Ordinal);
        Assert.Contains("'mobilenet_v2.conv_stem.first_conv.convolution.weight'", reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_DamagedHeaderWithATable_OnlyThrowsWeightsFormatException()
    {
        using var folder = new TempFolder();
        string path = folder.File("model.safetensors");
        var metadata = new Dictionary<string, string> { ["padding"] = "TensorFlowSame" };
        ArchitectureMetadata.Write(metadata, new MobileNetV2Architecture(widthMultiplier: 0.05, roundNearest: 1));
        byte[] file = ForeignFile.Of(ForeignLayer.Torchvision(s_tiny), "classifier.1", 3).Bytes(metadata);
        int metadataLength = file.AsSpan().IndexOf("features.0.0.weight"u8);

        (int refused, long mostAllocated) = Mutations.Run(file, 8..metadataLength, 2000, bytes =>
        {
            File.WriteAllBytes(path, bytes.Span);
            WeightsFile.Read(path, new WeightsFileOptions());
        });

        Assert.InRange(refused, 1000, 2000);
        Assert.InRange(mostAllocated, 0, 16L * file.Length);
    }
}
