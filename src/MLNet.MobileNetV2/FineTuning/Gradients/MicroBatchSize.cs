namespace MLNet.MobileNetV2.FineTuning.Gradients;

/// <summary>How many samples a run of the graph takes.</summary>
internal static class MicroBatchSize
{
    /// <summary>
    /// A given number, or one by the size of the first trained layer's maps: large maps leave the cache with more than one sample, small
    /// ones make products of matrices too narrow with few.
    /// </summary>
    public static int Choose(TrainedPart part, int given)
    {
        if (given > 0)
        {
            return given;
        }

        int side = part.Blocks.Count == 0 ? 1 : part.Blocks[0].Layers[0].OutputSide;
        return side switch
        {
            > 56 => 2,
            > 7 => 4,
            > 1 => 8,
            _ => 32,
        };
    }
}
