using System.Buffers.Binary;
using MLNet.MobileNetV2.Detection.Anchors;
using MLNet.MobileNetV2.Detection.Weights;
using MLNet.MobileNetV2.Tests.WeightsImport;
using MLNet.MobileNetV2.Weights;

namespace MLNet.MobileNetV2.Tests.Detection.Weights;

public sealed class DetectionWeightsFileTests
{
    [Fact]
    public void Read_OfWhatWasWritten_GivesTheSameWeights()
    {
        DetectionWeights weights = DetectionTestWeights.Create();

        DetectionWeights read = DetectionWeightsFile.Read("file", Write(weights, SafetensorsType.F32));

        Assert.Equal(weights.Labels, read.Labels);
        Assert.Equal(weights.Preprocessing, read.Preprocessing);
        Assert.Equal(weights.Architecture.ToString(), read.Architecture.ToString());
        Assert.Equal(weights.Anchors.Anchors, read.Anchors.Anchors);
        Assert.Equal(weights.Tensors.Keys.Order(), read.Tensors.Keys.Order());
        Assert.All(weights.Tensors, pair => Assert.Equal(pair.Value.Values.ToArray(), read.Tensors[pair.Key].Values.ToArray()));
    }

    [Fact]
    public void Write_InHalfPrecision_RoundsOnlyKernelsOfMoreThanADepthwisesValues()
    {
        DetectionWeights weights = DetectionTestWeights.Create();

        DetectionWeights read = DetectionWeightsFile.Read("file", Write(weights, SafetensorsType.F16));

        foreach (string exact in (string[])["boxes.0.0.0.weight", "boxes.0.1.bias", "extra.2.1.0.weight", "features.0.0.bias"])
        {
            Assert.Equal(weights.Tensors[exact].Values.ToArray(), read.Tensors[exact].Values.ToArray());
        }

        foreach (string rounded in (string[])["classes.5.1.weight", "features.0.0.weight", "extra.3.0.0.weight"])
        {
            Assert.Equal(
                weights.Tensors[rounded].Values.ToArray().Select(value => (float)(Half)value), read.Tensors[rounded].Values.ToArray());
        }
    }

    [Theory]
    [InlineData("classes")]
    [InlineData("padding")]
    [InlineData("preprocessing.size")]
    [InlineData("architecture.stages")]
    public void Read_WithoutAnEntryOfTheMetadata_SaysWhatIsMissing(string key)
    {
        SafetensorsFile file = SafetensorsReader.Read("file", Write(DetectionTestWeights.Create(), SafetensorsType.F32));
        var metadata = new Dictionary<string, string>(file.Metadata, StringComparer.Ordinal);
        Assert.True(metadata.Remove(key));
        using var stream = new MemoryStream();
        SafetensorsWriter.Write(stream, file.Tensors, metadata, SafetensorsType.F32);

        WeightsFormatException error = Assert.Throws<WeightsFormatException>(() => DetectionWeightsFile.Read("file", stream.ToArray()));

        Assert.Contains("network, classes and preprocessing", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Create_WithAMissingMisshapenOrInfiniteTensor_NamesIt()
    {
        Check("boxes.3.1.bias", null, "is missing");
        Check("extra.5.1.0.weight", new([1], new float[1]), "has shape [1]");
        Check("features.18.0.bias", new([1280], Enumerable.Repeat(float.NaN, 1280).ToArray()), "must be finite");

        static void Check(string name, WeightTensor? tensor, string message)
        {
            Dictionary<string, WeightTensor> tensors = DetectionTestWeights.Tensors();
            tensors.Remove(name);
            if (tensor is not null)
            {
                tensors.Add(name, tensor);
            }

            WeightsFormatException error = Assert.Throws<WeightsFormatException>(() => new DetectionWeights(
                "drawn", DetectionTestWeights.Architecture, DetectionTestWeights.Labels, tensors, DetectionTestWeights.Preprocessing));
            Assert.Contains($"'{name}'", error.Message, StringComparison.Ordinal);
            Assert.Contains(message, error.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("preprocessing.crop", "CentredSquare", "whole photos, squashed")]
    [InlineData("preprocessing.crop_fraction", "0.875", "whole photos, squashed")]
    [InlineData("architecture.output_stride", "16", "output stride is 16")]
    [InlineData("classes", "1 a\n2 b", "has shape")]
    public void Read_WithAnEntryThatDoesNotFit_SaysWhatIsWrong(string key, string value, string message)
    {
        SafetensorsFile file = SafetensorsReader.Read("file", Write(DetectionTestWeights.Create(), SafetensorsType.F32));
        var metadata = new Dictionary<string, string>(file.Metadata, StringComparer.Ordinal) { [key] = value };
        using var stream = new MemoryStream();
        SafetensorsWriter.Write(stream, file.Tensors, metadata, SafetensorsType.F32);

        WeightsFormatException error = Assert.Throws<WeightsFormatException>(() => DetectionWeightsFile.Read("file", stream.ToArray()));

        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_OfDamagedFiles_SaysSoOrSucceedsWithinAFewTimesTheirMemory()
    {
        byte[] file = Write(DetectionTestWeights.Create(), SafetensorsType.F32);
        int headerLength = 8 + (int)BinaryPrimitives.ReadInt64LittleEndian(file);

        (int refused, long mostAllocated) =
            Mutations.Run(file, ..headerLength, 300, bytes => DetectionWeightsFile.Read("damaged", bytes));

        Assert.InRange(refused, 100, 300);
        Assert.InRange(mostAllocated, 0, 6L * file.Length);
    }

    [Fact]
    public void CocoDetector_HasTheNamesOfCocosClassesAndItsOrigin()
    {
        DetectionWeights weights = CocoDetector.Read();

        Assert.Equal(80, weights.Labels.Count);
        Assert.Equal(("person", "bicycle", "toothbrush"), (weights.Labels[0], weights.Labels[1], weights.Labels[^1]));
        Assert.Equal(300, weights.Preprocessing.Size);
        Assert.Equal(1917, weights.Anchors.Anchors.Count);
    }

    [Fact]
    public void Read_OfWeightsWithAnchorsOfTheirOwn_GivesTheSame()
    {
        DetectionWeights plain = DetectionTestWeights.Create();
        AnchorShape[][] shapes = [.. plain.Anchors.Maps.Select(map => map.Shapes.Select(
            (_, index) => new AnchorShape(0.1f + (index / 3f), 0.7f / (index + 1))).ToArray())];

        DetectionWeights read = DetectionWeightsFile.Read("file", Write(WithShapes(shapes), SafetensorsType.F32));

        Assert.Equal(shapes, read.OwnShapes);
        Assert.NotEqual(plain.Anchors.Anchors, read.Anchors.Anchors);
    }

    [Theory]
    [InlineData("0.1,0.2")]
    [InlineData("0.1,0.2 0.1,0.2 0.1,0")]
    [InlineData("0.1,0.2 0.1,0.2 NaN,1")]
    [InlineData("0.1,0.2 0.1,0.2 0.1")]
    [InlineData("0.1,0.2 0.1,0.2 a,b")]
    public void Read_AnchorsThatDoNotFit_SaysWhatIsWrong(string first)
    {
        SafetensorsFile file = SafetensorsReader.Read("file", Write(DetectionTestWeights.Create(), SafetensorsType.F32));
        string other = string.Join(' ', Enumerable.Repeat("0.1,0.2", 6));
        var metadata = new Dictionary<string, string>(file.Metadata, StringComparer.Ordinal)
        {
            ["anchors"] = string.Join('\n', (string[])[first, .. Enumerable.Repeat(other, 5)]),
        };
        using var stream = new MemoryStream();
        SafetensorsWriter.Write(stream, file.Tensors, metadata, SafetensorsType.F32);

        WeightsFormatException error = Assert.Throws<WeightsFormatException>(() => DetectionWeightsFile.Read("file", stream.ToArray()));

        Assert.Contains("anchor", error.Message, StringComparison.Ordinal);
    }

    private static DetectionWeights WithShapes(AnchorShape[][] shapes) => new(
        "drawn",
        DetectionTestWeights.Architecture,
        DetectionTestWeights.Labels,
        DetectionTestWeights.Tensors(),
        DetectionTestWeights.Preprocessing,
        shapes);

    private static byte[] Write(DetectionWeights weights, SafetensorsType type)
    {
        using var stream = new MemoryStream();
        DetectionWeightsFile.Write(stream, weights, [2, 5, 7], new Dictionary<string, string> { ["source"] = "drawn" }, type);
        return stream.ToArray();
    }
}
