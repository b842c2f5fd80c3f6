using MLNet.MobileNetV2.FineTuning.Gradients;
using MLNet.MobileNetV2.Tests.Support;

namespace MLNet.MobileNetV2.Tests.FineTuning.Gradients;

public class TrainedTensorsTests
{
    private static readonly MobileNetV2Weights Weights =
        RandomWeights.Create(1, RandomWeights.Narrow(3), new ImagePreprocessing { Size = 32 });

    [Fact]
    public void Of_AllAndFrozen_HasEveryKernelAndTheClassifierInOrder()
    {
        TrainedTensors tensors = Of(FineTuneBlocks.All, BatchNormTraining.Frozen);

        Assert.Equal(
            [.. Weights.Architecture.Convolutions().Select(layer => $"{layer.Name}.weight"), "classifier.1.weight", "classifier.1.bias"],
            tensors.Select(tensor => tensor.Name));
        Assert.All(tensors, tensor => Assert.Equal(Weights.Tensors[tensor.Name].Shape, tensor.Shape));
        int next = 0;
        foreach (TrainedTensor tensor in tensors)
        {
            Assert.Equal(next, tensor.Offset);
            next += tensor.Length;
        }

        Assert.Equal(next, tensors.TotalLength);
    }

    [Fact]
    public void Of_ScaleAndShift_HasBoth()
    {
        TrainedTensors tensors = Of(FineTuneBlocks.Last(1), BatchNormTraining.ScaleAndShift);

        Assert.False(tensors["features.10.1.weight"].HasWeightDecay);
        Assert.False(tensors["features.10.1.bias"].HasWeightDecay);
        Assert.Equal(4, tensors.Count(tensor => tensor.Name.EndsWith(".weight", StringComparison.Ordinal) && tensor.Shape.Count == 1));
    }

    [Fact]
    public void Of_HeadOnly_HasTheClassifierAlone() => Assert.Equal(
        ["classifier.1.weight", "classifier.1.bias"],
        Of(FineTuneBlocks.HeadOnly, BatchNormTraining.ScaleAndShift).Select(tensor => tensor.Name));

    [Fact]
    public void Depth_CountsFromTheClassifierToTheStem()
    {
        TrainedTensors tensors = Of(FineTuneBlocks.All, BatchNormTraining.Frozen);

        Assert.Equal(0, tensors["classifier.1.bias"].Depth);
        Assert.Equal(1, tensors["features.10.0.weight"].Depth);
        Assert.Equal(2, tensors["features.9.conv.2.weight"].Depth);
        Assert.Equal(3, tensors["features.8.conv.2.weight"].Depth);
        Assert.Equal(Weights.Architecture.Blocks.Count + 2, tensors["features.0.0.weight"].Depth);
    }

    [Fact]
    public void HasWeightDecay_OnlyKernelsHave()
    {
        TrainedTensors tensors = Of(FineTuneBlocks.Last(1), BatchNormTraining.BatchStatistics);

        Assert.All(tensors, tensor => Assert.Equal(tensor.Shape.Count > 1, tensor.HasWeightDecay));
        Assert.True(tensors["features.9.conv.1.0.weight"].HasWeightDecay);
    }

    [Fact]
    public void Of_Layers_HasEachKernelAndBias()
    {
        TrainedLayer[] layers = [.. new TrainedPart(Weights, FineTuneBlocks.Last(1)).Layers];

        TrainedTensors tensors = TrainedTensors.Of(layers);

        Assert.Equal(layers.SelectMany(layer => (string[])[layer.Names.Kernel, layer.Names.Bias]), tensors.Select(tensor => tensor.Name));
        int end = 0;
        foreach (TrainedTensor tensor in tensors)
        {
            Assert.Equal(end, tensor.Offset);
            Assert.Equal(tensor.Shape.Aggregate((a, b) => a * b), tensor.Length);
            Assert.Equal(tensor.Shape.Count > 1, tensor.HasWeightDecay);
            end += tensor.Length;
        }

        Assert.Equal(end, tensors.TotalLength);
        Assert.Equal(layers.Select(layer => layer.Depth), tensors.Chunk(2).Select(pair => pair[0].Depth));
    }

    private static TrainedTensors Of(FineTuneBlocks blocks, BatchNormTraining batchNorm) =>
        TrainedTensors.Of(new TrainedPart(Weights, blocks), batchNorm);
}
