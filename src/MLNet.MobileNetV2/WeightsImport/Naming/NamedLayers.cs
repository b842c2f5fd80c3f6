using MLNet.MobileNetV2.Weights;
using MLNet.MobileNetV2.WeightsImport.Recognition;

namespace MLNet.MobileNetV2.WeightsImport.Naming;

/// <summary>Reads a network's channels from its tensors' shapes. They do not hold strides: the paper's are taken, by stages.</summary>
internal static class NamedLayers
{
    /// <summary>The layers.</summary>
    /// <exception cref="WeightsFormatException">A kernel is missing, or the blocks are not in the paper's seven stages.</exception>
    public static FoundLayers Find(
        string source,
        IReadOnlyDictionary<string, WeightTensor> tensors,
        LayerTensors stem,
        IReadOnlyList<BlockNames> blocks,
        LayerTensors last)
    {
        FoundBlock[] found = [.. blocks.Select(block => new FoundBlock(
            Channels(block.Depthwise), Channels(block.Projection), block.Expansion is not null, Stride: 1))];
        var layers = new FoundLayers(Channels(stem), found, Channels(last));
        IReadOnlyList<InvertedResidualSetting> stages = StageTable.Of(source, layers);
        CheckStages(source, stages);
        int first = 0;
        for (int row = 0; row < stages.Count; row++)
        {
            found[first] = found[first] with { Stride = MobileNetV2Architecture.PaperStages[row].Stride };
            first += stages[row].Repeats;
        }

        return layers with { Blocks = found };

        int Channels(LayerTensors layer)
        {
            WeightTensor? kernel = tensors.GetValueOrDefault(layer.Kernel);
            return kernel?.Shape is [> 0, > 0, > 0, > 0] ? kernel.Shape[0] : throw new WeightsFormatException(
                source,
                kernel is null
                    ? $"the tensor '{layer.Kernel}' is missing."
                    : $"the tensor '{layer.Kernel}' has shape {TensorShape.Show(kernel.Shape)}; a kernel has four dimensions.");
        }
    }

    // Without strides, stages other than the paper's differ by their channels alone.
    private static void CheckStages(string source, IReadOnlyList<InvertedResidualSetting> stages)
    {
        IReadOnlyList<InvertedResidualSetting> paper = MobileNetV2Architecture.PaperStages;
        bool isPaper = stages.Select(stage => stage.Repeats).SequenceEqual(paper.Select(stage => stage.Repeats));
        bool isClear = stages.Zip(stages.Skip(1)).All(
            pair => pair.First.Channels != pair.Second.Channels || pair.First.ExpansionFactor != pair.Second.ExpansionFactor);
        if (!isPaper && !isClear)
        {
            throw new WeightsFormatException(
                source,
                "its tensors do not determine the strides of its blocks; "
                + $"set {nameof(WeightsFileOptions)}.{nameof(WeightsFileOptions.Architecture)}.");
        }
    }
}
