using SkiaSharp;

namespace MLNet.MobileNetV2.Detection.Drawing;

/// <summary>A class's colour, which depends on its name alone: it is the same on every photo and in every run.</summary>
internal static class ClassColour
{
    private const uint FnvOffset = 2166136261;
    private const uint FnvPrime = 16777619;

    // Of 255: lighter colours take dark text.
    private const int LightFrom = 120;

    // Far from one another, and seen on light and dark photos.
    private static readonly SKColor[] s_colours =
    [
        new(230, 25, 75), new(60, 180, 75), new(255, 225, 25), new(67, 99, 216), new(245, 130, 49), new(145, 30, 180), new(66, 212, 244),
        new(240, 50, 230), new(191, 239, 69), new(250, 190, 212), new(70, 153, 144), new(154, 99, 36),
    ];

    public static SKColor Of(string label)
    {
        uint hash = FnvOffset;
        foreach (char character in label)
        {
            hash = (hash ^ character) * FnvPrime;
        }

        return s_colours[hash % (uint)s_colours.Length];
    }

    /// <summary>Black or white, whichever is read better on a colour.</summary>
    public static SKColor TextOn(SKColor colour) =>
        ((299 * colour.Red) + (587 * colour.Green) + (114 * colour.Blue)) / 1000 >= LightFrom ? SKColors.Black : SKColors.White;
}
