using System.Globalization;

namespace MLNet.MobileNetV2.Cli.Featurizing;

/// <summary>One of several shares of a list of images: a run of neighbours, so that the shares one after another are the list.</summary>
/// <param name="Index">Which one, from 0.</param>
/// <param name="Count">How many there are.</param>
internal sealed record Shard(int Index, int Count)
{
    /// <summary>What <c>--output</c> may hold in the place of <see cref="Name"/>.</summary>
    public const string Placeholder = "{shard}";

    /// <summary>For example <c>02-of-16</c>: names in ordinal order are in the order of the shares.</summary>
    public string Name
    {
        get
        {
            string count = Count.ToString(CultureInfo.InvariantCulture);
            return $"{(Index + 1).ToString(CultureInfo.InvariantCulture).PadLeft(count.Length, '0')}-of-{count}";
        }
    }

    /// <summary>The share that belongs to this one.</summary>
    public IReadOnlyList<T> Of<T>(IReadOnlyList<T> items)
    {
        int first = First(Index);
        return [.. items.Skip(first).Take(First(Index + 1) - first)];

        int First(int index) => (int)((long)items.Count * index / Count);
    }
}
