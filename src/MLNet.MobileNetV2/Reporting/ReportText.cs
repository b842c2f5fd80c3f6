using System.Globalization;

namespace MLNet.MobileNetV2.Reporting;

/// <summary>How a report writes figures and names.</summary>
internal static class ReportText
{
    // Enough to tell names apart; whatever their length, the page stays small.
    private const int MostCharacters = 160;

    /// <summary>A share, for example <c>92.1 %</c>; a dash for none.</summary>
    public static string Percent(double share) => double.IsNaN(share) ? "–" : Invariant($"{share:P1}");

    /// <summary>A measure with three decimals; a dash for none.</summary>
    public static string Number(double value) => double.IsNaN(value) ? "–" : Invariant($"{value:F3}");

    /// <summary>A number with few digits, whatever its size.</summary>
    public static string Digits(double value) => Invariant($"{value:G4}");

    /// <summary>A number of things, for example <c>1 image</c>.</summary>
    public static string Count(long count, string one, string? many = null) =>
        Invariant($"{count:N0} {(count == 1 ? one : many ?? one + "s")}");

    /// <summary>Text with figures in the invariant culture.</summary>
    public static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    /// <summary>A name, of which the middle is left out where it is very long.</summary>
    public static string Name(string name, int most = MostCharacters)
    {
        if (name.Length <= most)
        {
            return name;
        }

        int end = name.Length - (most / 2);
        end += char.IsLowSurrogate(name[end]) ? 1 : 0;
        int start = (most / 2) - (char.IsHighSurrogate(name[(most / 2) - 1]) ? 1 : 0);
        return $"{name[..start]}…{name[end..]}";
    }
}
