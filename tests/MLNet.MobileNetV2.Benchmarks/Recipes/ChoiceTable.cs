using static System.FormattableString;

namespace MLNet.MobileNetV2.Benchmarks.Recipes;

/// <summary>How good the choices between head and whole network were: what was predicted, what was chosen, and what came true.</summary>
internal static class ChoiceTable
{
    /// <summary>
    /// Prints a table for the rows of the entry <c>auto</c>, where those of <see cref="RecipeEntry.Head"/> and <c>default</c> are there
    /// too.
    /// </summary>
    public static void Print(IReadOnlyList<RecipeRow> rows)
    {
        Dictionary<(string, string, int), RecipeRow> all = rows.ToDictionary(row => (row.Entry, row.Set, row.Seed));
        (RecipeRow Auto, RecipeRow Head, RecipeRow Whole)[] choices =
        [
            .. from auto in rows
               where auto.Entry == "auto"
               orderby auto.Set, auto.Seed
               let head = all.GetValueOrDefault((RecipeEntry.Head, auto.Set, auto.Seed))
               let whole = all.GetValueOrDefault(("default", auto.Set, auto.Seed))
               where head is not null && whole is not null
               select (auto, head, whole),
        ];
        if (choices.Length == 0)
        {
            return;
        }

        Console.WriteLine("\n| set, seed | predicted: head, network | true: head, network | chosen | its accuracy | below the best |");
        Console.WriteLine("|---|---|---|---|---|---|");
        foreach ((RecipeRow auto, RecipeRow head, RecipeRow whole) in choices)
        {
            string predicted = auto.TrialHead is null
                ? "not tried"
                : Invariant($"{100 * auto.TrialHead:F1}, {100 * auto.TrialFineTuned:F1} %");
            Console.WriteLine(
                $"| {auto.Set}, {auto.Seed} | {predicted} "
                + Invariant($"| {100 * head.Accuracy:F1}, {100 * whole.Accuracy:F1} % | {(IsHead(auto) ? "head" : "network")} ")
                + Invariant($"| {100 * auto.Accuracy:F1} % | {100 * Math.Max(0, Best(head, whole) - auto.Accuracy):F1} |"));
        }

        int right = choices.Count(choice => (IsHead(choice.Auto) ? choice.Head : choice.Whole).Accuracy == Best(choice.Head, choice.Whole));
        double worst = choices.Max(choice => Best(choice.Head, choice.Whole) - choice.Auto.Accuracy);
        Console.WriteLine(Invariant(
            $"\nThe better one was chosen {right} of {choices.Length} times; at worst {100 * worst:F1} points were lost."));
    }

    private static bool IsHead(RecipeRow auto) => auto.Blocks == "0";

    private static double Best(RecipeRow head, RecipeRow whole) => Math.Max(head.Accuracy, whole.Accuracy);
}
