using MLNet.MobileNetV2.Numerics;

namespace MLNet.MobileNetV2.FineTuning.Training;

/// <summary>What training multiplies features by before the classifier (inverted dropout): 0, or 1 / (1 - rate).</summary>
internal static class DropoutMask
{
    /// <summary>Draws a mask.</summary>
    /// <param name="random">The numbers of the image in its epoch.</param>
    /// <param name="rate">Share of the features that are dropped.</param>
    /// <param name="mask">Takes a factor for each feature.</param>
    public static void Fill(ref SplitMix64 random, double rate, Span<float> mask)
    {
        float kept = (float)(1 / (1 - rate));
        for (int i = 0; i < mask.Length; i++)
        {
            mask[i] = random.NextBoolean(rate) ? 0 : kept;
        }
    }
}
