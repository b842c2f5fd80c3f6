using System.CommandLine.Parsing;
using System.Globalization;

namespace MLNet.MobileNetV2.Cli.Symbols;

/// <summary>What to validate on: a folder, or a fraction of the training folder.</summary>
internal sealed record ValidationChoice(string? Folder, double Fraction)
{
    /// <summary>Reads an option's value. A folder that is named like a number is a folder.</summary>
    public static ValidationChoice? Parse(ArgumentResult result)
    {
        string text = result.Tokens[0].Value;
        if (Directory.Exists(text))
        {
            return new(text, 0);
        }

        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double fraction) && fraction is > 0 and < 1)
        {
            return new(null, fraction);
        }

        result.AddError($"--validation is '{text}'; an existing folder, or a fraction between 0 and 1 (for example 0.2) is needed.");
        return null;
    }
}
