namespace MLNet.MobileNetV2.WeightsImport.Recognition;

/// <summary>Turns the dilation of a network with an output stride of 8 or 16 back into the strides of its stage table.</summary>
internal static class OwnStrides
{
    private const int StemStride = 2;

    /// <summary>The layers with the strides of the stage table, and the output stride that made dilation of some.</summary>
    /// <exception cref="WeightsFormatException">No output stride gives these dilations.</exception>
    public static FoundLayers Of(string source, FoundLayers found)
    {
        if (found.Blocks.All(block => block.Dilation == 1))
        {
            return found;
        }

        var blocks = new List<FoundBlock>();
        int dilation = 1;
        int outputStride = StemStride;
        foreach ((int index, FoundBlock block) in found.Blocks.Index())
        {
            if (block.Dilation != dilation)
            {
                // The block before would have halved the map.
                if (index == 0 || block.Dilation != 2L * dilation || blocks[^1].Stride != 1)
                {
                    throw new WeightsFormatException(
                        source,
                        $"inverted residual {index + 1} is dilated by {block.Dilation}, those before it by {dilation}; "
                        + "the same, or twice as much after a block of stride 1, is allowed.");
                }

                blocks[^1] = blocks[^1] with { Stride = 2 };
                dilation = block.Dilation;
            }

            outputStride *= block.Stride;
            blocks.Add(block with { Dilation = 1 });
        }

        return outputStride is 8 or 16
            ? found with { Blocks = blocks, OutputStride = outputStride }
            : throw new WeightsFormatException(
                source, $"its dilated map is {outputStride} times smaller than the image; 8 and 16 are allowed.");
    }
}
