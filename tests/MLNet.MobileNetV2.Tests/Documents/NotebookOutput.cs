using System.Globalization;
using System.Text.RegularExpressions;

namespace MLNet.MobileNetV2.Tests.Documents;

/// <summary>Compares what notebooks show.</summary>
internal static partial class NotebookOutput
{
    private const double OfAFraction = 0.1;
    private const double OfOneClass = 0.3;
    private const double OfALargerNumber = 0.05;
    private const int OfACount = 2;

    // ML.NET's confusion table has the precision and recall of each class, of a few images, to so many decimals.
    private const int OfAConfusionTable = 4;

    /// <summary>
    /// Whether two outputs say the same: the same words, and numbers that differ by no more than other processors' last bits may bring
    /// about,
    /// which can turn an image or two from one class to another.
    /// </summary>
    public static bool AreAlike(string one, string other)
    {
        string[] numbers = Numbers(one);
        string[] others = Numbers(other);
        return Words(one) == Words(other) && numbers.Zip(others).All(pair => AreNear(pair.First, pair.Second));
    }

    private static bool AreNear(string one, string other)
    {
        double value = double.Parse(one, CultureInfo.InvariantCulture);
        int decimals = one.Length - 1 - one.IndexOf('.', StringComparison.Ordinal);
        double tolerance = decimals == one.Length
            ? OfACount
            : value > 1 ? value * OfALargerNumber : decimals == OfAConfusionTable ? OfOneClass : OfAFraction;
        return Math.Abs(value - double.Parse(other, CultureInfo.InvariantCulture)) <= tolerance;
    }

    private static string[] Numbers(string text) => [.. Number().Matches(text).Select(match => match.Value)];

    // Columns are as wide as their numbers.
    private static string Words(string text) => Spaces().Replace(Number().Replace(text, "#"), " ");

    [GeneratedRegex(@"\d+(\.\d+)?")]
    private static partial Regex Number();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}
