using System.Globalization;

namespace MLNet.MobileNetV2.Cli.Labelling;

/// <summary>
/// The columns of a file of labels: path, label and score, label2, score2 and so on, best_label where photos may be refused, and error.
/// </summary>
/// <param name="Top">Number of classes that each photo has.</param>
/// <param name="HasBest">Whether there is a column for the best class of photos that are called unknown.</param>
internal sealed record LabelColumns(int Top, bool HasBest)
{
    public const string Path = "path";
    public const string Best = "best_label";
    public const string Error = "error";

    /// <summary>The name of the column with the class of a rank, from 0.</summary>
    public static string Label(int rank) => $"label{Number(rank)}";

    /// <summary>The name of the column with the score of a rank, from 0.</summary>
    public static string Score(int rank) => $"score{Number(rank)}";

    private static string Number(int rank) => rank == 0 ? string.Empty : (rank + 1).ToString(CultureInfo.InvariantCulture);
}
