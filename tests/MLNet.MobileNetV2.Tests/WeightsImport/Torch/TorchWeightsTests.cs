using MLNet.MobileNetV2.Pretrained;
using MLNet.MobileNetV2.Tests.Support;

namespace MLNet.MobileNetV2.Tests.WeightsImport.Torch;

/// <summary>A state dictionary of torchvision's <c>mobilenet_v2</c> as weights.</summary>
public sealed class TorchWeightsTests : IDisposable
{
    private static readonly MobileNetV2Architecture s_network = new(5, 0.1, resolution: 32);

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Read_OfAStateDictionary_FindsNetworkBatchNormAndPreprocessing(bool isLegacy)
    {
        MobileNetV2Weights weights = RandomWeights.Create(5, s_network, new ImagePreprocessing { Size = 32 }, BatchNormForm.Apart);
        string path = Write(weights, isLegacy);

        MobileNetV2Weights read = WeightsFile.Read(path, new WeightsFileOptions { BatchNorm = null });
        MobileNetV2Weights folded = WeightsFile.Read(path, new WeightsFileOptions());

        Assert.Equal(
            (0.1, 5, PaddingFlavor.PyTorchSymmetric, BatchNormForm.Apart, 1e-5f),
            (read.Architecture.WidthMultiplier, read.ClassCount, read.Padding, read.BatchNorm, read.BatchNormEpsilon));
        Assert.Equal(MobileNetV2Architecture.PaperStages, read.Architecture.Stages);
        Assert.Equal(0.485f * 255, read.Preprocessing.Mean.Red);
        Assert.Equal(BatchNormForm.Folded, folded.BatchNorm);
        Assert.All(weights.Tensors, pair => Assert.Equal(pair.Value.Values.ToArray(), read.Tensors[pair.Key].Values.ToArray()));
    }

    [Fact]
    public void Read_WithATensorMissing_NamesIt()
    {
        MobileNetV2Weights weights = RandomWeights.Create(5, s_network, new ImagePreprocessing { Size = 32 }, BatchNormForm.Apart);
        string path = Write(weights, isLegacy: false, without: "features.4.conv.1.1.running_var");

        Assert.Contains(
            "'features.4.conv.1.1.running_var' of shape",
            Assert.Throws<WeightsFormatException>(() => WeightsFile.Read(path, new WeightsFileOptions())).Reason,
            StringComparison.Ordinal);
    }

    private string Write(MobileNetV2Weights weights, bool isLegacy, string? without = null)
    {
        var storages = new List<TorchTestStorage>();
        var tensors = new List<TorchTestTensor>();
        foreach ((string name, WeightTensor tensor) in weights.Tensors.Where(pair => pair.Key != without))
        {
            int[] strides =
                [.. tensor.Shape.Select((_, axis) => tensor.Shape.Skip(axis + 1).Aggregate(1, (product, side) => product * side))];
            Add(TorchTestStorage.OfSingles($"{storages.Count}", tensor.Values.ToArray()), name, [.. tensor.Shape], strides);
            if (name.EndsWith("running_var", StringComparison.Ordinal))
            {
                string counter = name.Replace("running_var", "num_batches_tracked", StringComparison.Ordinal);
                Add(new TorchTestStorage($"{storages.Count}", "Long", new byte[8]), counter, [], []);
            }
        }

        byte[] pickle = TorchTestFile.StateDict(2, isLegacy, [.. tensors]);
        string path = _folder.File("mobilenet_v2.pth");
        File.WriteAllBytes(path, isLegacy ? TorchTestFile.Legacy(pickle, [.. storages]) : TorchTestFile.Zip(pickle, [.. storages]));
        return path;

        void Add(TorchTestStorage storage, string name, int[] shape, int[] strides)
        {
            storages.Add(storage);
            tensors.Add(new(name, storage, 0, [.. shape.Select(side => (long)side)], [.. strides.Select(stride => (long)stride)]));
        }
    }
}
