using System.Globalization;

namespace MLNet.MobileNetV2.Tests.Support;

/// <summary>
/// Writes numbers and dates as in Germany until it is disposed: in this test's flow alone, and on a machine without cultures too.
/// </summary>
internal sealed class CommaCulture : IDisposable
{
    private readonly CultureInfo _former = CultureInfo.CurrentCulture;

    public CommaCulture()
    {
        var culture = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        culture.NumberFormat.NumberDecimalSeparator = ",";
        culture.NumberFormat.NegativeSign = "−";
        culture.DateTimeFormat.ShortDatePattern = "dd.MM.yyyy";
        culture.DateTimeFormat.TimeSeparator = ".";
        CultureInfo.CurrentCulture = culture;
    }

    public void Dispose() => CultureInfo.CurrentCulture = _former;
}
