using System.Numerics.Tensors;
using MLNet.MobileNetV2.Machine;
using MLNet.MobileNetV2.Onnx;
using MLNet.MobileNetV2.Pretrained;
using MLNet.MobileNetV2.Tests.Support;
using MLNet.MobileNetV2.Tests.Weights;
using MLNet.MobileNetV2.Tests.WeightsImport.TfLite;
using MLNet.MobileNetV2.Weights;

namespace MLNet.MobileNetV2.Tests.Pretrained;

public sealed class WeightsFileTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(ImageCrop.CentredSquare)]
    [InlineData(ImageCrop.Squash)]
    public void WriteThenRead_GivesTensorsPreprocessingAndPaddingAgain(ImageCrop crop)
    {
        var preprocessing = new ImagePreprocessing
        {
            Size = 160,
            Crop = crop,
            CropFraction = 1 / 3d,
            ChannelOrder = ImageChannelOrder.Bgr,
            Mean = new(123.675f, 116.28f, 103.53f),
            Std = new(58.395f, 57.12f, 57.375f),
        };
        var weights = new MobileNetV2Weights("mine", new MobileNetV2Architecture(2), TestWeights.Tensors(2), preprocessing);
        string path = _folder.File("mine.safetensors");

        weights.SaveSafetensors(path);
        MobileNetV2Weights read = WeightsFile.Read(path, new WeightsFileOptions());

        Assert.Equal("mine.safetensors", read.Name);
        Assert.Equal(preprocessing, read.Preprocessing);
        Assert.Equal(PaddingFlavor.PyTorchSymmetric, read.Padding);
        Assert.Equal(2, read.ClassCount);
        Assert.Equal(FileHash.Of(path), read.Sha256);
        Assert.All(weights.Tensors, pair => Assert.Equal(pair.Value.Values.ToArray(), read.Tensors[pair.Key].Values.ToArray()));
        Assert.Equal(["mine.safetensors"], _folder.Names());
    }

    [Fact]
    public void Write_ValueThatF16CannotHold_LeavesTheOldFileAndNothingElse()
    {
        Dictionary<string, WeightTensor> tensors = TestWeights.Tensors();
        tensors["features.18.0.bias"] = new([1280], Enumerable.Repeat(1e6f, 1280).ToArray());
        var weights = new MobileNetV2Weights("mine", new MobileNetV2Architecture(0), tensors, new ImagePreprocessing());
        string path = _folder.File("mine.safetensors");
        File.WriteAllText(path, "old");

        Assert.Throws<ArgumentException>(() => AtomicFile.Write(path, stream => weights.WriteSafetensors(stream, SafetensorsType.F16)));

        Assert.Equal("old", File.ReadAllText(path));
        Assert.Equal(["mine.safetensors"], _folder.Names());
    }

    [Fact]
    public void Write_AsIntegers_KeepsTheFeaturesClose()
    {
        var preprocessing = new ImagePreprocessing { Size = 64 };
        MobileNetV2Weights weights = RandomWeights.Create(11, preprocessing, PaddingFlavor.TensorFlowSame, classCount: 7);
        string path = _folder.File("small.safetensors");

        AtomicFile.Write(path, stream => weights.WriteSafetensors(stream, SafetensorsType.I8));
        MobileNetV2Weights read = WeightsFile.Read(path, new WeightsFileOptions());

        Assert.Equal((preprocessing, PaddingFlavor.TensorFlowSame, 7), (read.Preprocessing, read.Padding, read.ClassCount));
        Assert.InRange(new FileInfo(path).Length, 2_000_000, 2_700_000);
        Assert.InRange(TensorPrimitives.CosineSimilarity<float>(Features(weights), Features(read)), 0.99f, 1.01f);
    }

    [Fact]
    public void Read_TfLiteUnderAnotherExtension_IsToldByItsContent()
    {
        string path = _folder.File("weights.bin");
        File.WriteAllBytes(path, new TfLiteTestFile(TfLiteTestFile.UInt8).Write());

        MobileNetV2Weights weights = WeightsFile.Read(path, new WeightsFileOptions { Preprocessing = new() { Size = 96 } });

        Assert.Equal(PaddingFlavor.TensorFlowSame, weights.Padding);
        Assert.Equal(96, weights.Preprocessing.Size);
    }

    [Fact]
    public void Read_FileOfTheCatalog_HasTheCatalogsPreprocessing()
    {
        string path = Path.Combine(TestEnvironment.RequireWeightsFolder(), PretrainedModels.ImageNetKeras.WeightsFile!.FileName);

        MobileNetV2Weights weights = WeightsFile.Read(path, new WeightsFileOptions());

        Assert.Equal(PretrainedModels.ImageNetKeras.Preprocessing, weights.Preprocessing);
    }

    [Fact]
    public void Read_SafetensorsWithoutPadding_AsksForIt()
    {
        string path = WriteWith([]);

        WeightsFormatException e = Assert.Throws<WeightsFormatException>(() => WeightsFile.Read(path, new WeightsFileOptions()));
        MobileNetV2Weights named = WeightsFile.Read(path, new WeightsFileOptions { Padding = PaddingFlavor.TensorFlowSame });

        Assert.Contains("does not name the 'padding'", e.Reason, StringComparison.Ordinal);
        Assert.Equal(PaddingFlavor.TensorFlowSame, named.Padding);
        Assert.Equal(new ImagePreprocessing(), named.Preprocessing);
    }

    [Theory]
    [InlineData("padding", "same", "'padding' is 'same'; TensorFlowSame or PyTorchSymmetric is allowed")]
    [InlineData("padding", "1", "'padding' is '1'")]
    [InlineData("preprocessing.size", "0", "'preprocessing.size' is '0'")]
    [InlineData("preprocessing.size", "1e9", "'preprocessing.size' is '1e9'")]
    [InlineData("preprocessing.size", "22.5", "'preprocessing.size' is '22.5'")]
    [InlineData("preprocessing.crop_fraction", "1.01", "'preprocessing.crop_fraction' is '1.01'")]
    [InlineData("preprocessing.crop_fraction", "NaN", "'preprocessing.crop_fraction' is 'NaN'")]
    [InlineData("preprocessing.interpolation", "Nearest", "'preprocessing.interpolation' is 'Nearest'")]
    [InlineData("preprocessing.channel_order", "", "'preprocessing.channel_order' is ''; Rgb or Bgr is allowed")]
    [InlineData("preprocessing.mean", "1 2", "'preprocessing.mean' is '1 2'")]
    [InlineData("preprocessing.mean", "1 2 Infinity", "'preprocessing.mean' is '1 2 Infinity'")]
    [InlineData("preprocessing.std", "1 0 1", "'preprocessing.std' is '1 0 1'")]
    public void Read_MetadataThatIsNotPossible_NamesKeyAndText(string key, string text, string message)
    {
        Dictionary<string, string> metadata = WeightsMetadata.Write(TestWeights.Create());
        metadata[key] = text;
        string path = WriteWith(metadata);

        WeightsFormatException e = Assert.Throws<WeightsFormatException>(() => WeightsFile.Read(path, new WeightsFileOptions()));

        Assert.Contains(message, e.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_NeitherFormat_Throws()
    {
        string path = _folder.File("photo.tflite");
        File.WriteAllBytes(path, [0xff, 0xd8, 0xff, 0xe0, 1, 2, 3, 4, 5, 6]);

        WeightsFormatException e = Assert.Throws<WeightsFormatException>(() => WeightsFile.Read(path, new WeightsFileOptions()));

        Assert.Contains("its format is not supported", e.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_EmptyFile_Throws()
    {
        string path = _folder.File("empty.tflite");
        File.WriteAllBytes(path, []);

        WeightsFormatException e = Assert.Throws<WeightsFormatException>(() => WeightsFile.Read(path, new WeightsFileOptions()));

        Assert.Contains("it has 0 bytes", e.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_FileBeyondTheLimit_ThrowsWithoutReadingIt()
    {
        string path = _folder.File("long.tflite");
        using (FileStream stream = File.Create(path))
        {
            stream.SetLength(WeightsFile.MaxLength + 1L);
        }

        WeightsFormatException e = Assert.Throws<WeightsFormatException>(() => WeightsFile.Read(path, new WeightsFileOptions()));

        Assert.Contains("268,435,457 bytes; 1 to 268,435,456 are allowed", e.Reason, StringComparison.Ordinal);
    }

    private string WriteWith(Dictionary<string, string> metadata)
    {
        string path = _folder.File("some.safetensors");
        using FileStream stream = File.Create(path);
        SafetensorsWriter.Write(stream, TestWeights.Tensors(), metadata, SafetensorsType.F16);
        return path;
    }

    private static float[] Features(MobileNetV2Weights weights)
    {
        int side = weights.Preprocessing.Size;
        float[] pixels = [.. Enumerable.Range(0, 3 * side * side).Select(i => (float)(i * 7919 % 256))];
        float[] features = new float[weights.FeatureCount];
        using var session = new NetworkSession(weights, InferenceGraphOutputs.Features, FeatureTap.Features, new(1));
        session.Run(pixels, features);
        return features;
    }
}
