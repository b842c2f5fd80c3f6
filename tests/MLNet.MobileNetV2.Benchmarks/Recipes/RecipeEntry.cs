using System.Globalization;

namespace MLNet.MobileNetV2.Benchmarks.Recipes;

/// <summary>A way of training that is compared with others.</summary>
/// <param name="Name">Its name in the results.</param>
/// <param name="Blocks">What is trained besides the classifier.</param>
/// <param name="IsAuto">Whether the head is kept where that does better.</param>
/// <param name="Recipe">How it is trained.</param>
internal sealed record RecipeEntry(string Name, FineTuneBlocks Blocks, bool IsAuto, FineTuneOptions Recipe)
{
    /// <summary>The head alone, which the others are compared with.</summary>
    public const string Head = "head";

    /// <summary>
    /// Reads <c>head</c> or <c>name=blocks</c> or <c>name=blocks:recipe.json</c>, blocks a number, <c>all</c> or <c>auto</c>.
    /// </summary>
    public static RecipeEntry Parse(string text)
    {
        if (text == Head)
        {
            return new(Head, FineTuneBlocks.HeadOnly, IsAuto: false, new());
        }

        string[] named = text.Split('=', 2);
        string[] parts = named[1].Split(':', 2);
        FineTuneBlocks blocks = parts[0] is "all" or "auto" ? FineTuneBlocks.All : int.Parse(parts[0], CultureInfo.InvariantCulture);
        return new(named[0], blocks, parts[0] == "auto", parts.Length > 1 ? FineTuneOptions.Load(parts[1]) : new());
    }
}
