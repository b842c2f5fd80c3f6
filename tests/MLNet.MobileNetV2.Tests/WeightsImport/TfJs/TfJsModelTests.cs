using System.Text;
using MLNet.MobileNetV2.Machine;
using MLNet.MobileNetV2.Pretrained;
using MLNet.MobileNetV2.Tests.Support;
using MLNet.MobileNetV2.Tests.WeightsImport.Naming;

namespace MLNet.MobileNetV2.Tests.WeightsImport.TfJs;

public sealed class TfJsModelTests : IDisposable
{
    private const string Scope = "MobilenetV2/";

    // The paper's table at width 0.05 without rounding.
    private static readonly ForeignTable s_tiny = new(
        2, [(1, 1, 1), (6, 1, 2), (6, 2, 3), (6, 3, 4), (6, 5, 3), (6, 8, 3), (6, 16, 1)], 1280);

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Read_AModelByItsPath_IsNamedAndHashedAndFolded()
    {
        TfJsTestModel model = TfJsTestModel.Keras(table: s_tiny);
        model.Add("predictions/kernel", 1280, 3);
        model.Add("predictions/bias", 3);
        string path = model.Write(_folder);

        MobileNetV2Weights weights = WeightsFile.Read(path, new WeightsFileOptions());

        Assert.Equal("model.json", weights.Name);
        Assert.Equal(FileHash.Of([.. Encoding.UTF8.GetBytes(model.Json()), .. model.Data()]), weights.Sha256);
        Assert.Equal((BatchNormForm.Folded, 3, PaddingFlavor.TensorFlowSame), (weights.BatchNorm, weights.ClassCount, weights.Padding));
        double scale = Values("bn_Conv1/gamma") / Math.Sqrt(Values("bn_Conv1/moving_variance") + 1e-3);
        Assert.Equal(
            Values("bn_Conv1/beta") - (Values("bn_Conv1/moving_mean") * scale), weights.Tensors["features.0.0.bias"].Values.Span[0], 1e-5);

        float Values(string name) => model.Tensors[name].Values.Span[0];
    }

    [Fact]
    public void Read_ALayersModelOfAnotherSize_PreparesPicturesAtIt()
    {
        TfJsTestModel model = TfJsTestModel.Keras(table: s_tiny);
        model.Topology = new { model_config = new { config = new { layers = new object[]
        {
            new { name = "other", config = new { batch_input_shape = new int?[] { null, 1280 } } },
            new { name = "input_1", config = new { batch_input_shape = new int?[] { null, 96, 96, 3 } } },
        } } } };

        MobileNetV2Weights weights = WeightsFile.Read(model.Write(_folder), new WeightsFileOptions());

        Assert.Equal((96, 96), (weights.Preprocessing.Size, weights.Architecture.Resolution));
    }

    [Theory]
    [InlineData(96, 128)]
    [InlineData(0, 0)]
    [InlineData(1_000_000, 1_000_000)]
    public void Read_ALayersModelOfAnImpossibleSize_SaysSo(int height, int width)
    {
        TfJsTestModel model = TfJsTestModel.Keras(table: s_tiny);
        model.Topology = new { batch_shape = new int?[] { null, height, width, 3 } };
        string path = model.Write(_folder);

        Assert.Contains(
            $"images of {height} x {width}",
            Assert.Throws<WeightsFormatException>(() => WeightsFile.Read(path, new WeightsFileOptions())).Reason,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Read_WithOptions_TakesThem()
    {
        string path = TfJsTestModel.Keras(table: s_tiny).Write(_folder);

        MobileNetV2Weights weights = WeightsFile.Read(
            path, new()
            {
                Padding = PaddingFlavor.PyTorchSymmetric,
                Preprocessing = new() { Size = 96 },
                BatchNorm = null,
                BatchNormEpsilon = 0.5f,
            });

        Assert.Equal((PaddingFlavor.PyTorchSymmetric, 96), (weights.Padding, weights.Preprocessing.Size));
        Assert.Equal((BatchNormForm.Apart, 0.5f), (weights.BatchNorm, weights.BatchNormEpsilon));
    }

    [Fact]
    public void Read_AShardMissing_NamesIt()
    {
        string path = TfJsTestModel.Fused(Scope, s_tiny).Write(_folder);
        File.Delete(_folder.File("shard2"));

        WeightsFormatException e = Assert.Throws<WeightsFormatException>(() => WeightsFile.Read(path, new WeightsFileOptions()));

        Assert.Contains("its shard 'shard2' is missing", e.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_AValueThatIsNotFinite_Throws()
    {
        TfJsTestModel model = TfJsTestModel.Fused(Scope, s_tiny);
        model.Tensors[Scope + "Conv/Conv2D_bn_offset"] = new([2], (float[])[0, float.NaN]);

        Assert.Contains(
            "every weight must be finite",
            Assert.Throws<WeightsFormatException>(() => WeightsFile.Read(model.Write(_folder), new WeightsFileOptions())).Reason,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Read_DamagedModel_OnlyThrowsWeightsFormatException()
    {
        string path = TfJsTestModel.Merged(Scope, s_tiny).Write(_folder);
        byte[] file = File.ReadAllBytes(path);

        (int refused, long mostAllocated) = Mutations.Run(file, .., 2000, bytes =>
        {
            File.WriteAllBytes(path, bytes.Span);
            WeightsFile.Read(path, new WeightsFileOptions());
        });

        Assert.InRange(refused, 1000, 2000);
        Assert.InRange(mostAllocated, 0, 4 * 1024 * 1024);
    }
}
