using Microsoft.ML;

namespace MLNet.MobileNetV2.Cli.Models;

/// <summary>The classes that a classifier scores.</summary>
internal static class ModelClasses
{
    private const string Score = "Score";

    /// <summary>The column of the scores.</summary>
    /// <exception cref="InvalidDataException">There is none.</exception>
    public static DataViewSchema.Column ScoreOf(DataViewSchema schema) => schema.GetColumnOrNull(Score)
        ?? throw new InvalidDataException(
            $"it has no column {Score} with a score for each class; its columns are '{string.Join("', '", schema.Select(column => column.Name).Distinct())}'.");

    /// <summary>The names in the order of the scores.</summary>
    /// <exception cref="InvalidDataException">There is no such column.</exception>
    /// <exception cref="ArgumentException">The column holds no scores of classes.</exception>
    public static IReadOnlyList<string> Of(DataViewSchema schema) => ClassNames.Of(ScoreOf(schema));

    /// <summary>The index of each name; names that several classes have are left out.</summary>
    public static Dictionary<string, int> Indices(IReadOnlyList<string> names) => names.Index()
        .GroupBy(name => name.Item, StringComparer.Ordinal)
        .Where(group => group.Count() == 1)
        .ToDictionary(group => group.Key, group => group.Single().Index, StringComparer.Ordinal);
}
