namespace MLNet.MobileNetV2.Classification;

/// <summary>Weights with which images count in the loss.</summary>
internal static class ClassBalance
{
    /// <summary>A weight for each class: 1, or such that classes with images weigh the same and images 1 on average.</summary>
    public static float[] Weights(IReadOnlyList<int> labels, int classCount, bool isBalanced)
    {
        var weights = new float[classCount];
        Array.Fill(weights, 1);
        if (!isBalanced)
        {
            return weights;
        }

        var counts = new int[classCount];
        foreach (int label in labels)
        {
            counts[label]++;
        }

        int present = counts.Count(count => count > 0);
        for (int c = 0; c < classCount; c++)
        {
            weights[c] = counts[c] == 0 ? 1 : (float)labels.Count / present / counts[c];
        }

        return weights;
    }
}
