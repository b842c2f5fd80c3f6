using System.CommandLine.Parsing;
using System.Globalization;
using MLNet.MobileNetV2.Cli.Featurizing;

namespace MLNet.MobileNetV2.Cli.Symbols;

/// <summary>What <c>--shard</c> says.</summary>
/// <param name="Fixed">The share; null if it comes from the environment.</param>
internal sealed record ShardChoice(Shard? Fixed)
{
    /// <summary>The value that asks the environment.</summary>
    public const string Auto = "auto";

    /// <summary>Reads <c>i/n</c>, counted from 1, or <c>auto</c>.</summary>
    public static ShardChoice? Parse(ArgumentResult result)
    {
        string text = result.Tokens[0].Value;
        if (text == Auto)
        {
            return new ShardChoice(Fixed: null);
        }

        string[] parts = text.Split('/');
        if (parts.Length == 2 && TryParse(parts[0], out int number) && TryParse(parts[1], out int count) && number >= 1 && number <= count)
        {
            return new ShardChoice(new Shard(number - 1, count));
        }

        result.AddError($"--shard is '{text}'; i/n with i from 1 to n (for example 2/4), or {Auto} is needed.");
        return null;
    }

    /// <summary>The share.</summary>
    /// <param name="count">How many shares there are, if the environment names the share; null if it names their number too.</param>
    public Shard Read(int? count) => Fixed ?? new ShardVariables(Environment.GetEnvironmentVariable).Read(count);

    private static bool TryParse(string text, out int value) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value);
}
