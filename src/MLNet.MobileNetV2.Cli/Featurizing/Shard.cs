using System.CommandLine.Parsing;
using System.Globalization;

namespace MLNet.MobileNetV2.Cli.Featurizing;

/// <summary>One of several shares of a list of pictures: a run of neighbours, so that the shares one after another are the list.</summary>
/// <param name="Index">Which one, from 0.</param>
/// <param name="Count">How many there are.</param>
internal sealed record Shard(int Index, int Count)
{
    /// <summary>What <c>--output</c> may hold in the place of <see cref="Name"/>.</summary>
    public const string Placeholder = "{shard}";

    private const string Auto = "auto";

    /// <summary>For example <c>02-of-16</c>: names in ordinal order are in the order of the shares.</summary>
    public string Name
    {
        get
        {
            string count = Count.ToString(CultureInfo.InvariantCulture);
            return $"{(Index + 1).ToString(CultureInfo.InvariantCulture).PadLeft(count.Length, '0')}-of-{count}";
        }
    }

    /// <summary>Reads <c>i/n</c>, counted from 1; null means <c>auto</c>.</summary>
    public static Shard? Parse(ArgumentResult result)
    {
        string text = result.Tokens[0].Value;
        if (text == Auto)
        {
            return null;
        }

        string[] parts = text.Split('/');
        if (parts.Length == 2 && TryParse(parts[0], out int number) && TryParse(parts[1], out int count) && number >= 1 && number <= count)
        {
            return new(number - 1, count);
        }

        result.AddError($"--shard is '{text}'; i/n with i from 1 to n (for example 2/4), or {Auto} is needed.");
        return null;
    }

    /// <summary>The share that belongs to this one.</summary>
    public IReadOnlyList<T> Of<T>(IReadOnlyList<T> items)
    {
        int first = First(Index);
        return [.. items.Skip(first).Take(First(Index + 1) - first)];

        int First(int index) => (int)((long)items.Count * index / Count);
    }

    private static bool TryParse(string text, out int value) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value);
}
