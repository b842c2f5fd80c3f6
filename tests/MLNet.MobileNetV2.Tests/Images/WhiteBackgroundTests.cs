using MLNet.MobileNetV2.Images;

namespace MLNet.MobileNetV2.Tests.Images;

public sealed class WhiteBackgroundTests
{
    [Fact]
    public void CompositeStraight_OfEveryColourAndAlpha_IsTheRoundedMix()
    {
        for (int alpha = 0; alpha <= 255; alpha++)
        {
            for (int colour = 0; colour <= 255; colour++)
            {
                byte[] pixel = [(byte)colour, 0, 255, (byte)alpha];
                WhiteBackground.CompositeStraight(pixel);
                double exact = ((colour * alpha) + (255.0 * (255 - alpha))) / 255;
                byte[] expected = [(byte)Math.Round(exact), (byte)(255 - alpha), 255, 255];
                Assert.True(
                    pixel.AsSpan().SequenceEqual(expected),
                    $"Colour {colour} with alpha {alpha} becomes {pixel[0]} and not {expected[0]}.");
            }
        }
    }

    [Fact]
    public void CompositePremultiplied_AddsTheMissingWhite()
    {
        byte[] pixels = [0, 0, 0, 0, 50, 0, 100, 100, 1, 2, 3, 255];
        WhiteBackground.CompositePremultiplied(pixels);
        Assert.Equal([255, 255, 255, 255, 205, 155, 255, 255, 1, 2, 3, 255], pixels);
    }

    [Fact]
    public void CompositePremultiplied_OfAColourAboveItsAlpha_StopsAtWhite()
    {
        byte[] pixel = [200, 10, 255, 100];
        WhiteBackground.CompositePremultiplied(pixel);
        Assert.Equal([255, 165, 255, 255], pixel);
    }

    [Fact]
    public void IsOpaque_WithOneTransparentPixel_IsFalse()
    {
        Assert.True(WhiteBackground.IsOpaque([0, 0, 0, 255, 9, 9, 9, 255]));
        Assert.False(WhiteBackground.IsOpaque([0, 0, 0, 255, 9, 9, 9, 254]));
    }
}
