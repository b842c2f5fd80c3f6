using System.Globalization;
using System.Text.RegularExpressions;

namespace MLNet.MobileNetV2.Cli.Symbols;

/// <summary>Values of a recipe's settings as words of a command line.</summary>
internal static partial class SettingText
{
    /// <summary>Reads a value that is not null.</summary>
    public static object? Parse(Type type, string text)
    {
        if (type.IsEnum)
        {
            string? name = Enum.GetNames(type).FirstOrDefault(name => Words(name).Equals(text, StringComparison.OrdinalIgnoreCase));
            return name is null ? null : Enum.Parse(type, name);
        }

        CultureInfo invariant = CultureInfo.InvariantCulture;
        return type == typeof(bool) ? (bool.TryParse(text, out bool isTrue) ? isTrue : null)
            : type == typeof(int) ? (int.TryParse(text, NumberStyles.AllowLeadingSign, invariant, out int whole) ? whole : null)
            : type == typeof(float) ? (float.TryParse(text, NumberStyles.Float, invariant, out float number) ? number : null)
            : type == typeof(double) ? (double.TryParse(text, NumberStyles.Float, invariant, out double number64) ? number64 : null)
            : type == typeof(ImageAugmentation) && ImageAugmentation.PresetNames.Contains(text, StringComparer.OrdinalIgnoreCase)
                ? ImageAugmentation.FromName(text)
            : null;
    }

    /// <summary>What <see cref="Parse"/> takes.</summary>
    public static string Allowed(Type type) => Choices(type) is { Length: > 0 } choices
        ? $"{string.Join(", ", choices[..^1])} or {choices[^1]}"
        : type == typeof(int) ? "a whole number"
        : "a number";

    /// <summary>The words that a value may be; none for numbers.</summary>
    public static string[] Choices(Type type) => type.IsEnum ? [.. Enum.GetNames(type).Select(Words)]
        : type == typeof(bool) ? ["true", "false"]
        : type == typeof(ImageAugmentation) ? [.. ImageAugmentation.PresetNames]
        : [];

    /// <summary>The word for a value.</summary>
    public static string Of(object value) => value switch
    {
        Enum => Words(value.ToString()!),
        bool isTrue => isTrue ? "true" : "false",
        ImageAugmentation augmentation =>
            ImageAugmentation.PresetNames.FirstOrDefault(name => ImageAugmentation.FromName(name) == augmentation) ?? "custom",
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };

    // ScaleAndShift is scale-and-shift, AdamW is adamw.
    private static string Words(string name) => Borders().Replace(name, "-").ToLowerInvariant();

    [GeneratedRegex(@"(?<=.)(?=[A-Z][a-z])")]
    private static partial Regex Borders();
}
