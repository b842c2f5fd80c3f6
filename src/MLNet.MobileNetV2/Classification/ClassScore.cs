namespace MLNet.MobileNetV2;

/// <summary>A class with its probability, or that an image is of none of them.</summary>
/// <param name="Index">The class's index among the classifier's labels; -1 for an unknown image.</param>
/// <param name="Label">The class's name; for a class of a model, the one that <see cref="ClassNames"/> gives.</param>
/// <param name="Score">Its probability, 0 to 1; 1 for an unknown image, which is decided and no probability.</param>
public sealed record ClassScore(int Index, string Label, float Score)
{
    private const int UnknownIndex = -1;

    /// <summary>Whether this says that the image is of none of the classes.</summary>
    public bool IsUnknown => Index == UnknownIndex;

    /// <summary>That an image is of none of the classes.</summary>
    internal static ClassScore Unknown(string label) => new(UnknownIndex, label, 1);

    /// <summary>The classes with the highest scores, best first; equal scores in the order of the labels.</summary>
    /// <param name="labels">Names of the classes.</param>
    /// <param name="scores">One score a class.</param>
    /// <param name="count">How many at most, from 1 up; capped at the number of classes.</param>
    /// <exception cref="ArgumentException">There are not as many scores as labels.</exception>
    internal static IReadOnlyList<ClassScore> Top(IReadOnlyList<string> labels, ReadOnlySpan<float> scores, int count)
    {
        ArgumentNullException.ThrowIfNull(labels);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        if (scores.Length != labels.Count)
        {
            throw new ArgumentException($"There are {scores.Length} scores for {labels.Count} labels.", nameof(scores));
        }

        int[] indices = [.. Enumerable.Range(0, labels.Count)];
        float[] keys = scores.ToArray();
        Array.Sort(indices, (a, b) => keys[b].CompareTo(keys[a]) is var order and not 0 ? order : a.CompareTo(b));
        return [.. indices.Take(count).Select(index => new ClassScore(index, labels[index], keys[index]))];
    }
}
