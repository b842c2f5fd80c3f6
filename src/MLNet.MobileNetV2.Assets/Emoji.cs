using System.Globalization;
using System.Text;
using System.Text.Json;

namespace MLNet.MobileNetV2.Assets;

/// <summary>One emoji of emojibase-data, without its skin tones.</summary>
/// <param name="Label">Its English name.</param>
/// <param name="Subgroup">The key of its subgroup, for example <c>animal-bird</c>.</param>
/// <param name="HexCode">Its code points in lower case without the variation selector, for example <c>1f436</c>.</param>
internal sealed record Emoji(string Label, string Subgroup, string HexCode)
{
    private const string VariationSelector = "-fe0f";

    /// <summary>A file name from the label: "woman's hat" becomes "womans-hat".</summary>
    public string Slug
    {
        get
        {
            var slug = new StringBuilder();
            foreach (char character in Label.ToLowerInvariant())
            {
                if (char.IsAsciiLetterOrDigit(character))
                {
                    slug.Append(character);
                }
                else if (character is not ('\'' or '’') && slug.Length > 0 && slug[^1] != '-')
                {
                    slug.Append('-');
                }
            }

            return slug.ToString().TrimEnd('-');
        }
    }

    /// <summary>Code points as a key: packages differ in where they write the variation selector.</summary>
    public static string Key(string hexCode) =>
        hexCode.ToLowerInvariant().Replace(VariationSelector, string.Empty, StringComparison.Ordinal);

    /// <summary>Every emoji that has a subgroup, in the order of the Unicode charts.</summary>
    public static IReadOnlyList<Emoji> ReadAll(NpmPackage emojibase)
    {
        using JsonDocument groups = JsonDocument.Parse(emojibase.Bytes("meta/groups.json"));
        var subgroups = groups.RootElement.GetProperty("subgroups").EnumerateObject()
            .ToDictionary(subgroup => int.Parse(subgroup.Name, CultureInfo.InvariantCulture), subgroup => subgroup.Value.GetString()!);
        using JsonDocument data = JsonDocument.Parse(emojibase.Bytes("en/data.json"));
        var emoji = new List<(int Order, Emoji Emoji)>();
        foreach (JsonElement entry in data.RootElement.EnumerateArray())
        {
            if (entry.TryGetProperty("subgroup", out JsonElement subgroup))
            {
                string label = entry.GetProperty("label").GetString()!;
                string hexCode = Key(entry.GetProperty("hexcode").GetString()!);
                emoji.Add((entry.GetProperty("order").GetInt32(), new(label, subgroups[subgroup.GetInt32()], hexCode)));
            }
        }

        return [.. emoji.OrderBy(entry => entry.Order).Select(entry => entry.Emoji)];
    }
}
