using System.Globalization;

namespace MLNet.MobileNetV2.Benchmarks.Recipes;

/// <summary>What one way of training gave on one set with one seed.</summary>
internal sealed record RecipeRow(
    string Entry,
    string Set,
    int Seed,
    string Weights,
    double Accuracy,
    double LogLoss,
    double Minutes,
    string Blocks,
    double? TrialHead,
    double? TrialFineTuned)
{
    public const string Header = "entry,set,seed,weights,accuracy,log_loss,minutes,blocks,trial_head,trial_fine_tuned";

    /// <summary>The rows of a file; none if there is no such file.</summary>
    public static IReadOnlyList<RecipeRow> Read(string path) =>
        File.Exists(path) ? [.. File.ReadLines(path).Skip(1).Select(line => Parse(line.Split(',')))] : [];

    /// <summary>What tells rows apart.</summary>
    public (string Entry, string Set, int Seed, string Weights) Key => (Entry, Set, Seed, Weights);

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Entry},{Set},{Seed},{Weights},{Accuracy:F4},{LogLoss:F4},{Minutes:F2},{Blocks},{TrialHead:F4},{TrialFineTuned:F4}");

    private static RecipeRow Parse(string[] fields) => new(
        fields[0],
        fields[1],
        int.Parse(fields[2], CultureInfo.InvariantCulture),
        fields[3],
        Number(fields[4])!.Value,
        Number(fields[5])!.Value,
        Number(fields[6])!.Value,
        fields[7],
        Number(fields[8]),
        Number(fields[9]));

    private static double? Number(string text) => text.Length == 0 ? null : double.Parse(text, CultureInfo.InvariantCulture);
}
