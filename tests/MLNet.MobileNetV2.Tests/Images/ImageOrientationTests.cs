using MLNet.MobileNetV2.Images;
using SkiaSharp;

namespace MLNet.MobileNetV2.Tests.Images;

public sealed class ImageOrientationTests
{
    // The eight orientations as the EXIF standard puts them: the sides of the upright image where the first stored row
    // and the first stored column lie.
    public static TheoryData<int, string, string> Orientations => new()
    {
        { 1, "top", "left" },
        { 2, "top", "right" },
        { 3, "bottom", "right" },
        { 4, "bottom", "left" },
        { 5, "left", "top" },
        { 6, "right", "top" },
        { 7, "right", "bottom" },
        { 8, "left", "bottom" },
    };

    [Theory]
    [MemberData(nameof(Orientations))]
    public void Apply_OfARectangle_PutsEveryPixelInItsUprightPlace(int orientation, string firstRow, string firstColumn)
    {
        using SKBitmap upright = Pictures.Paint(5, 3, (x, y) => new SKColor((byte)x, (byte)y, 7));
        using SKBitmap stored = Store(upright, firstRow, firstColumn);
        byte[] actual = new byte[4 * 5 * 3];

        ImageOrientation.Apply(stored.Bytes(), stored.Width, stored.Height, (SKEncodedOrigin)orientation, actual);

        Assert.Equal(upright.Bytes().ToArray(), actual);
    }

    [Theory]
    [MemberData(nameof(Orientations))]
    public void ToUprightRgb_OfARectangle_PutsEveryColourInItsUprightPlace(int orientation, string firstRow, string firstColumn)
    {
        using SKBitmap upright = Pictures.Paint(7, 4, (x, y) => new SKColor((byte)x, (byte)y, 9));
        using SKBitmap stored = Store(upright, firstRow, firstColumn);
        byte[] actual = new byte[3 * 7 * 4];

        ImageOrientation.ToUprightRgb(stored.Bytes(), stored.Width, stored.Height, (SKEncodedOrigin)orientation, actual);

        Assert.Equal(Enumerable.Range(0, 28).SelectMany(pixel => new[] { (byte)(pixel % 7), (byte)(pixel / 7), (byte)9 }), actual);
        Assert.Equal(stored.Width == 4, ImageOrientation.SwapsSides((SKEncodedOrigin)orientation));
    }

    [Theory]
    [MemberData(nameof(Orientations))]
    public void FromEncoded_WithEveryOrientation_IsTheUprightPicture(int orientation, string firstRow, string firstColumn)
    {
        using SKBitmap upright = Pictures.Quadrants(161, 103);
        using SKBitmap stored = Store(upright, firstRow, firstColumn);
        byte[] expected = Pictures.Prepare(upright.EncodeAs(SKEncodedImageFormat.Png), 64);
        byte[] jpeg = stored.EncodeAs(SKEncodedImageFormat.Jpeg);

        foreach (bool bigEndian in (bool[])[false, true])
        {
            byte[] actual = Pictures.Prepare(JpegBytes.WithOrientation(jpeg, orientation, bigEndian), 64);

            // JPEG halves the resolution of colour, which shows at the edges of the quadrants alone.
            Assert.InRange(PixelAssert.MeanDifference(expected, actual), 0, 1.5);
            Assert.Equal(Corners(expected), Corners(actual));
        }
    }

    [Fact]
    public void FromEncoded_WithAnOrientationThatDoesNotExist_TakesThePictureAsItIs()
    {
        using SKBitmap picture = Pictures.Quadrants(60, 40);
        byte[] jpeg = picture.EncodeAs(SKEncodedImageFormat.Jpeg);
        Assert.Equal(Pictures.Prepare(jpeg, 32), Pictures.Prepare(JpegBytes.WithOrientation(jpeg, 9), 32));
    }

    private static SKBitmap Store(SKBitmap upright, string firstRow, string firstColumn)
    {
        bool turned = firstRow is "left" or "right";
        (int width, int height) = turned ? (upright.Height, upright.Width) : (upright.Width, upright.Height);
        return Pictures.Paint(width, height, (column, row) =>
        {
            int fromRow = firstRow is "top" or "left" ? row : height - 1 - row;
            int fromColumn = firstColumn is "top" or "left" ? column : width - 1 - column;
            return turned ? upright.GetPixel(fromRow, fromColumn) : upright.GetPixel(fromColumn, fromRow);
        });
    }

    private static string Corners(byte[] rgba) =>
        string.Join(
            ' ', new[] { (8, 8), (55, 8), (8, 55), (55, 55) }.Select(place => Name(Pictures.At(rgba, 64, place.Item1, place.Item2))));

    private static string Name((int Red, int Green, int Blue) colour) => (colour.Red > 128, colour.Green > 128, colour.Blue > 128) switch
    {
        (true, false, false) => "red",
        (false, true, false) => "green",
        (false, false, true) => "blue",
        (true, true, false) => "yellow",
        _ => colour.ToString(),
    };
}
