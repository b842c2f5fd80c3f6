using System.Globalization;
using MLNet.MobileNetV2.Parquet;

namespace MLNet.MobileNetV2;

/// <summary>Which share of a list of images a feature file holds. Immutable and thread-safe.</summary>
/// <remarks>
/// Files with a share are read together only where no share of a list is missing or doubled, and each list is divided in one way.
/// </remarks>
public sealed class FeatureShare
{
    internal const int MaxListLength = 100;

    /// <summary>Names a share.</summary>
    /// <param name="number">Which one, from 1.</param>
    /// <param name="count">How many there are.</param>
    /// <param name="list">
    /// What is the same for all shares of one list and differs from list to list, for example a hash: 1 to 100 characters.
    /// </param>
    /// <exception cref="ArgumentException">A value is not allowed.</exception>
    public FeatureShare(int number, int count, string list)
    {
        ArgumentException.ThrowIfNullOrEmpty(list);
        if (number < 1 || number > count || list.Length > MaxListLength)
        {
            throw new ArgumentException(string.Create(
                CultureInfo.InvariantCulture,
                $"The share is {number} of {count}, of a list with a name of {list.Length} characters; "
                + $"1 to the count, and up to {MaxListLength} characters are allowed."));
        }

        Number = number;
        Count = count;
        List = list;
    }

    /// <summary>The share that a feature file holds; null where the file does not say.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="FeatureFileException">It is missing, damaged or of another layout.</exception>
    internal static FeatureShare? Read(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        using FeatureFile file = FeatureFile.Open(path);
        return file.Share;
    }

    /// <summary>Which one, from 1.</summary>
    public int Number { get; }

    /// <summary>How many there are.</summary>
    public int Count { get; }

    /// <summary>What is the same for all shares of one list.</summary>
    public string List { get; }

    /// <summary>For example <c>2/4</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Number}/{Count}");
}
