using System.CommandLine.Parsing;
using System.Globalization;

namespace MLNet.MobileNetV2.Cli.Symbols;

/// <summary>What to validate on: data of its own, or a fraction of what is trained on.</summary>
internal sealed record ValidationChoice(string? Path, double Fraction)
{
    /// <summary>Reads an option's value. Data that are named like a number are data.</summary>
    /// <param name="result">The option.</param>
    /// <param name="exists">Whether a path leads to data.</param>
    /// <param name="data">What they are called.</param>
    public static ValidationChoice? Parse(ArgumentResult result, Func<string, bool> exists, string data)
    {
        string text = result.Tokens[0].Value;
        if (exists(text))
        {
            return new(text, 0);
        }

        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double fraction) && fraction is > 0 and < 1)
        {
            return new(null, fraction);
        }

        result.AddError($"--validation is '{text}'; an existing {data}, or a fraction between 0 and 1 (for example 0.2) is needed.");
        return null;
    }
}
