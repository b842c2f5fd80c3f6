using FsCheck;
using FsCheck.Xunit;
using MLNet.MobileNetV2.Images.Augmentation;

namespace MLNet.MobileNetV2.Tests.Images.Augmentation;

public sealed class ImageAugmenterTests
{
    private const int Size = 32;
    private const int Plane = Size * Size;

    [Fact]
    public void Fill_WithTheSameNumbers_GivesTheSameView()
    {
        PhotoPixels photo = TestPhotos.Noise(80, 60);
        ImageAugmentation everything = ImageAugmentation.Strong with { Hue = 0.1, ErasingProbability = 1 };
        Assert.Equal(TestPhotos.View(photo, everything, 4), TestPhotos.View(photo, everything, 4));
        Assert.NotEqual(TestPhotos.View(photo, everything, 4), TestPhotos.View(photo, everything, 5));
    }

    [Fact]
    public void Fill_WithoutACrop_ShowsTheCentredSquare()
    {
        PhotoPixels photo = TestPhotos.Paint(96, 64, (x, y) => (x, y, 0));
        float[] view = TestPhotos.View(photo, new(), preprocessing: new() { Size = Size, CropFraction = 0.5 });

        // 32 of 96 x 64 pixels around the middle, one to one.
        for (int pixel = 0; pixel < Plane; pixel++)
        {
            Assert.Equal((32 + (pixel % Size), 16 + (pixel / Size), 0), (view[pixel], view[Plane + pixel], view[(2 * Plane) + pixel]));
        }
    }

    [Fact]
    public void Fill_WithACertainFlip_IsTheMirrorImage()
    {
        PhotoPixels photo = TestPhotos.Noise(70, 50);
        float[] plain = TestPhotos.View(photo, new());
        float[] flipped = TestPhotos.View(photo, new() { HorizontalFlipProbability = 1 });
        for (int index = 0; index < plain.Length; index++)
        {
            int row = index / Size;
            Assert.Equal(plain[index], flipped[(row * Size) + Size - 1 - (index % Size)]);
        }
    }

    [Fact]
    public void Fill_WithAFlipOfAQuarter_FlipsAQuarterOfTheViews()
    {
        PhotoPixels photo = TestPhotos.Noise(Size, Size);
        float[] plain = TestPhotos.View(photo, new());
        int flips = 0;
        for (int seed = 0; seed < 1000; seed++)
        {
            flips += TestPhotos.View(photo, new() { HorizontalFlipProbability = 0.25 }, seed).AsSpan().SequenceEqual(plain) ? 0 : 1;
        }

        Assert.InRange(flips, 180, 320);
    }

    [Theory]
    [InlineData(0.25, 0.5)]
    [InlineData(0.04, 0.04)]
    public void Fill_WithACrop_ShowsThatMuchOfThePhoto(double smallest, double greatest)
    {
        // The red level is the column and the green one the row, so a view tells its box.
        PhotoPixels photo = TestPhotos.Paint(250, 250, (x, y) => (x, y, 0));
        for (int seed = 0; seed < 50; seed++)
        {
            float[] view = TestPhotos.View(photo, new() { SmallestCropArea = smallest, GreatestCropArea = greatest }, seed);
            double width = (view[Size - 2] - view[1]) * Size / (Size - 3);
            double height = (view[Plane + Plane - (2 * Size)] - view[Plane + Size]) * Size / (Size - 3);
            Assert.InRange(width * height / 62500, (smallest * 0.93) - 0.002, (greatest * 1.07) + 0.002);
            Assert.InRange(width / height, 0.7, 1.43);
        }
    }

    [Fact]
    public void Fill_WithARotation_TurnsUpToTheGreatestAngleToBothSides()
    {
        // Red rises to the right: its slopes tell the angle.
        PhotoPixels photo = TestPhotos.Paint(200, 200, (x, y) => (x, y, 0));
        var angles = new List<double>();
        for (int seed = 0; seed < 200; seed++)
        {
            float[] view = TestPhotos.View(photo, new() { RotationDegrees = 20 }, seed, new() { Size = Size, CropFraction = 0.5 });
            const int centre = (Size / 2 * Size) + (Size / 2);
            double right = view[centre + 8] - view[centre - 8];
            double down = view[centre + (8 * Size)] - view[centre - (8 * Size)];
            angles.Add(double.RadiansToDegrees(Math.Atan2(down, right)));
        }

        Assert.InRange(angles.Min(), -21.5, -17);
        Assert.InRange(angles.Max(), 17, 21.5);
        Assert.InRange(angles.Average(), -3, 3);
    }

    [Theory]
    [InlineData(ImageChannelOrder.Rgb)]
    [InlineData(ImageChannelOrder.Bgr)]
    public void Fill_OfEitherOrder_PutsTheChannelsWhereItSays(ImageChannelOrder order)
    {
        PhotoPixels photo = TestPhotos.Paint(50, 50, (_, _) => (10, 20, 30));
        float[] view = TestPhotos.View(photo, ImageAugmentation.Standard, preprocessing: new() { Size = Size, ChannelOrder = order });
        Assert.Equal(order == ImageChannelOrder.Rgb ? [10, 20, 30] : [30, 20, 10], new[] { view[0], view[Plane], view[2 * Plane] });
    }

    public static TheoryData<object> Jitters => new()
    {
        new ImageAugmentation { Brightness = 0.3 },
        new ImageAugmentation { Contrast = 0.3 },
        new ImageAugmentation { Saturation = 0.3 },
        new ImageAugmentation { Hue = 0.3 },
    };

    [Theory]
    [MemberData(nameof(Jitters))]
    public void Fill_WithOneJitter_ChangesColoursAlikeEverywhereAndOtherwiseWithTheSeed(object augmentation)
    {
        PhotoPixels photo = TestPhotos.Paint(40, 40, (x, _) => x < 20 ? (120, 60, 40) : (40, 90, 100));
        var lefts = new HashSet<(float, float, float)>();
        for (int seed = 0; seed < 20; seed++)
        {
            float[] view = TestPhotos.View(photo, (ImageAugmentation)augmentation, seed);
            for (int row = 1; row < Size; row++)
            {
                Assert.Equal(view[0], view[row * Size]);
                Assert.Equal(view[(2 * Plane) + Size - 1], view[(2 * Plane) + (row * Size) + Size - 1]);
            }

            lefts.Add((view[0], view[Plane], view[2 * Plane]));
        }

        Assert.True(lefts.Count > 15);
        Assert.All(lefts, colour => Assert.InRange(colour.Item1, 30, 160));
    }

    [Fact]
    public void Fill_WithBrightness_MultipliesByAFactorInRange()
    {
        PhotoPixels photo = TestPhotos.Paint(40, 40, (_, _) => (100, 50, 150));
        for (int seed = 0; seed < 200; seed++)
        {
            float[] view = TestPhotos.View(photo, new() { Brightness = 0.3 }, seed);
            Assert.InRange(view[0], 69.9, 130.1);
            Assert.Equal(view[0] / 2, view[Plane], 0.01);
        }
    }

    [Fact]
    public void Fill_WithACertainErasing_FillsARectangleOfTheMeanInRange()
    {
        PhotoPixels photo = TestPhotos.Paint(40, 40, (_, _) => (255, 255, 255));
        var preprocessing = new ImagePreprocessing { Size = Size, Mean = new(1, 2, 3) };
        var counts = new List<int>();
        for (int seed = 0; seed < 300; seed++)
        {
            float[] view = TestPhotos.View(photo, new() { ErasingProbability = 1 }, seed, preprocessing);
            int[] erased = [.. Enumerable.Range(0, Plane).Where(pixel => view[pixel] == 1)];
            int width = erased.Max(pixel => pixel % Size) - erased.Min(pixel => pixel % Size) + 1;
            int height = (erased[^1] / Size) - (erased[0] / Size) + 1;
            Assert.Equal(width * height, erased.Length);
            Assert.All(erased, pixel => Assert.Equal((2, 3), (view[Plane + pixel], view[(2 * Plane) + pixel])));
            Assert.Equal(Plane - erased.Length, view.Take(Plane).Count(value => value == 255));
            Assert.InRange((double)width / height, 0.2, 5);
            counts.Add(erased.Length);
        }

        // 0.02 to 1/3 of the view, give or take the rounding to whole pixels.
        Assert.InRange(counts.Min(), 0.01 * Plane, 0.04 * Plane);
        Assert.InRange(counts.Max(), 0.28 * Plane, 0.36 * Plane);
        Assert.InRange(counts.Average(), 0.15 * Plane, 0.2 * Plane);
    }

    [Fact]
    public void Fill_WithAnErasingOfAQuarter_ErasesInAQuarterOfTheViews()
    {
        PhotoPixels photo = TestPhotos.Paint(Size, Size, (_, _) => (255, 255, 255));
        int erased = 0;
        for (int seed = 0; seed < 1000; seed++)
        {
            erased += TestPhotos.View(photo, new() { ErasingProbability = 0.25 }, seed).AsSpan().Contains(127.5f) ? 1 : 0;
        }

        Assert.InRange(erased, 180, 320);
    }

    [Property(MaxTest = 150)]
    public void Fill_OfAnySizeOfPhoto_GivesValuesFrom0To255(PositiveInt width, PositiveInt height, long seed, PositiveInt size)
    {
        PhotoPixels photo = TestPhotos.Noise((width.Get % 70) + 1, (height.Get % 70) + 1);
        AssertGood(photo, seed, (size.Get % 40) + 1);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 5000)]
    [InlineData(5000, 1)]
    [InlineData(2, 3000)]
    [InlineData(700, 3)]
    public void Fill_OfAnExtremePhoto_GivesValuesFrom0To255(int width, int height)
    {
        for (int seed = 0; seed < 10; seed++)
        {
            AssertGood(TestPhotos.Noise(width, height), seed, Size);
        }
    }

    [Fact]
    public void Constructor_WithASettingOutOfRange_Throws()
    {
        Assert.Equal("Hue", Assert.Throws<ArgumentOutOfRangeException>(() => new ImageAugmenter(new(), new() { Hue = 3 })).ParamName);
        Assert.Equal("Size", Assert.Throws<ArgumentOutOfRangeException>(() => new ImageAugmenter(new() { Size = 0 }, new())).ParamName);
        Assert.Throws<ArgumentNullException>(() => new ImageAugmenter(null!, new()));
        Assert.Throws<ArgumentNullException>(() => new ImageAugmenter(new(), null!));
    }

    [Fact]
    public void Fill_ToALengthThatIsNotTheViews_Throws() => Assert.Throws<ArgumentException>(
        () => new ImageAugmenter(new() { Size = Size }, ImageAugmentation.Light).Fill(TestPhotos.Noise(9, 9), new(1), new float[Plane]));

    private static void AssertGood(PhotoPixels photo, long seed, int size)
    {
        var wild = new ImageAugmentation
        {
            SmallestCropArea = 0.001, SmallestCropAspectRatio = 0.1, GreatestCropAspectRatio = 10,
            RotationDegrees =
                seed % 2 == 0 ? 180 : 0, HorizontalFlipProbability = 0.5, Brightness = 1, Contrast = 1, Saturation = 1, Hue = 0.5,
            ErasingProbability = 0.5, SmallestErasedArea = 0.001, GreatestErasedArea = 1, SmallestErasedAspectRatio = 0.1,
        };
        foreach (float value in TestPhotos.View(photo, wild, seed, new() { Size = size }))
        {
            Assert.InRange(value, 0, 255.001f);
        }
    }
}
