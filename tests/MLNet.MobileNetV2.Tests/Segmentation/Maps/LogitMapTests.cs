using MLNet.MobileNetV2.Segmentation.Maps;

namespace MLNet.MobileNetV2.Tests.Segmentation.Maps;

public sealed class LogitMapTests
{
    private const int Side = 5, Classes = 7, ImageSide = 65;

    [Theory]
    [InlineData(ImageSide, ImageSide)]
    [InlineData(200, 31)]
    [InlineData(1, 1)]
    [InlineData(1000, 2)]
    public void Classes_AtAnySize_AreThoseOfTheBilinearLogits(int width, int height)
    {
        float[] logits = Logits();

        byte[] map = new LogitMap(logits, Side, Classes, ImageSide).Classes(width, height, TestContext.Current.CancellationToken);

        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++)
            {
                double[] pixel = Pixel(logits, x, width, y, height);
                Assert.True(pixel.Max() - pixel[map[(y * width) + x]] < 1e-5, $"{x}, {y}");
            }
        }
    }

    [Fact]
    public void Classes_OfEqualLogits_AreTheFirst() => Assert.All(
        new LogitMap(new float[Side * Side * Classes], Side, Classes, ImageSide).Classes(9, 8, TestContext.Current.CancellationToken),
        number => Assert.Equal(0, number));

    [Fact]
    public void Classes_WhenCancelled_Throws()
    {
        using var stop = new CancellationTokenSource();
        stop.Cancel();

        Assert.Throws<OperationCanceledException>(() => new LogitMap(Logits(), Side, Classes, ImageSide).Classes(9, 8, stop.Token));
    }

    [Fact]
    public void Probabilities_OfAllClasses_HaveTheSum1AndAgreeWithTheLogits()
    {
        float[] logits = Logits();
        var map = new LogitMap(logits, Side, Classes, ImageSide);

        float[][] planes = [.. Enumerable.Range(0, Classes).Select(number => map.Probabilities(number, 30, 20))];

        for (int i = 0; i < 600; i++)
        {
            double[] pixel = [.. Pixel(logits, i % 30, 30, i / 30, 20).Select(Math.Exp)];
            Assert.All(planes.Index(), plane => Assert.Equal(pixel[plane.Index] / pixel.Sum(), plane.Item[i], 1e-5));
        }
    }

    private static float[] Logits()
    {
        var random = new Random(3);
        return [.. Enumerable.Range(0, Side * Side * Classes).Select(_ => (random.NextSingle() * 8) - 4)];
    }

    private static double[] Pixel(float[] logits, int x, int width, int y, int height)
    {
        (int left, double right) = Place(x, width);
        (int top, double bottom) = Place(y, height);
        return [.. Enumerable.Range(0, Classes).Select(number =>
            ((1 - bottom) * (((1 - right) * At(number, top, left)) + (right * At(number, top, left + 1))))
                + (bottom * (((1 - right) * At(number, top + 1, left)) + (right * At(number, top + 1, left + 1)))))];

        double At(int number, int row, int column) =>
            logits[(number * Side * Side) + (Math.Min(row, Side - 1) * Side) + Math.Min(column, Side - 1)];

        static (int First, double Share) Place(int pixel, int pixels)
        {
            double onImage = Math.Clamp(((pixel + 0.5) / pixels * ImageSide) - 0.5, 0, ImageSide - 1);
            double place = onImage * (Side - 1) / (ImageSide - 1);
            return ((int)place, place - (int)place);
        }
    }
}
