using System.CommandLine;

namespace MLNet.MobileNetV2.Cli.Symbols;

/// <summary>
/// Finds what a mistyped word was meant to be. (System.CommandLine's own finder sees no option that an argument has swallowed.)
/// </summary>
internal static class Spelling
{
    private const int MaxDistance = 2;

    /// <summary>The name of the nearest option or sub-command, or null if none is near.</summary>
    public static string? Nearest(Command command, string word)
    {
        IEnumerable<string> names = word.StartsWith('-')
            ? command.Options.Where(option => !option.Hidden).Select(option => option.Name)
            : command.Subcommands.Where(other => !other.Hidden).Select(other => other.Name);
        return names.Where(name => name.Length > MaxDistance + 1)
            .Select(name => (Name: name, Distance: Distance(name, word)))
            .Where(candidate => candidate.Distance <= MaxDistance)
            .OrderBy(candidate => candidate.Distance)
            .Select(candidate => candidate.Name)
            .FirstOrDefault();
    }

    /// <summary>A question to add to a message, or nothing.</summary>
    public static string Question(Command command, string word) =>
        Nearest(command, word) is { } name ? $" Did you mean '{name}'?" : string.Empty;

    // Letters to insert, delete, replace or swap with their neighbour (optimal string alignment).
    private static int Distance(string a, string b)
    {
        int[,] costs = new int[a.Length + 1, b.Length + 1];
        for (int i = 0; i <= a.Length; i++)
        {
            for (int j = 0; j <= b.Length; j++)
            {
                if (i == 0 || j == 0)
                {
                    costs[i, j] = i + j;
                    continue;
                }

                int changed = costs[i - 1, j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
                costs[i, j] = Math.Min(changed, Math.Min(costs[i - 1, j], costs[i, j - 1]) + 1);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                {
                    costs[i, j] = Math.Min(costs[i, j], costs[i - 2, j - 2] + 1);
                }
            }
        }

        return costs[a.Length, b.Length];
    }
}
