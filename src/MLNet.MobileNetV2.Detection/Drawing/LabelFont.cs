using System.Collections.Concurrent;
using System.Reflection;
using System.Text;
using SkiaSharp;

namespace MLNet.MobileNetV2.Detection.Drawing;

/// <summary>
/// The font of labels. It is in the package, since servers have none; a label with characters that it lacks takes one of the system's where
/// that has them. Thread-safe.
/// </summary>
internal static class LabelFont
{
    private const string Resource = "MLNet.MobileNetV2.Detection.Embedded.DejaVuSansCondensed-Bold.ttf";

    private static readonly Lazy<SKTypeface> s_embedded = new(() =>
    {
        using Stream stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(Resource)!;
        using SKData data = SKData.Create(stream);
        return SKTypeface.FromData(data);
    });

    // By the character that the embedded one lacks. They are few, and live as long as the process.
    private static readonly ConcurrentDictionary<int, SKTypeface?> s_ofTheSystem = new();

    /// <summary>The font of a text, which lives as long as the process.</summary>
    public static SKTypeface For(string text)
    {
        SKTypeface embedded = s_embedded.Value;
        return embedded.ContainsGlyphs(text) ? embedded : OfTheSystem(text, embedded) ?? embedded;
    }

    private static SKTypeface? OfTheSystem(string text, SKTypeface embedded)
    {
        foreach (Rune character in text.EnumerateRunes())
        {
            if (!embedded.ContainsGlyph(character.Value))
            {
                return s_ofTheSystem.GetOrAdd(character.Value, SKFontManager.Default.MatchCharacter);
            }
        }

        return null;
    }
}
