using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.MobileNetV2.Cli.Models;

/// <summary>Reads a classifier's class names from the slots of its scores.</summary>
internal static class ClassNames
{
    /// <summary>The names in the order of the scores.</summary>
    /// <exception cref="InvalidDataException">There is no such column, or its slots have no names or equal ones.</exception>
    public static IReadOnlyList<string> Of(DataViewSchema schema)
    {
        DataViewSchema.Column? score = schema.GetColumnOrNull(nameof(ModelScore.Score));
        if (score is not { Type: VectorDataViewType { IsKnownSize: true } } || !score.Value.HasSlotNames())
        {
            throw new InvalidDataException($"it has no column {nameof(ModelScore.Score)} with the class names in its slots.");
        }

        VBuffer<ReadOnlyMemory<char>> slots = default;
        score.Value.GetSlotNames(ref slots);
        string[] names = [.. slots.DenseValues().Select(name => name.ToString())];
        return names.Distinct(StringComparer.Ordinal).Count() == names.Length
            ? names
            : throw new InvalidDataException("two of its classes have the same name.");
    }

    /// <summary>The index of each name.</summary>
    public static Dictionary<string, int> Indices(IReadOnlyList<string> names) =>
        names.Select((name, index) => KeyValuePair.Create(name, index)).ToDictionary(StringComparer.Ordinal);
}
