namespace MLNet.MobileNetV2;

/// <summary>A class with its probability.</summary>
/// <param name="Index">The class's index among the classifier's labels.</param>
/// <param name="Label">The class's name; for a class of a model, the one that <see cref="ClassNames"/> gives.</param>
/// <param name="Score">Its probability, 0 to 1.</param>
public sealed record ClassScore(int Index, string Label, float Score)
{
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
