using MLNet.MobileNetV2.Detection.Boxes;
using MLNet.MobileNetV2.Detection.Training.Gradients;
using MLNet.MobileNetV2.Detection.Training.Views;
using MLNet.MobileNetV2.FineTuning.Views;
using MLNet.MobileNetV2.Images;
using MLNet.MobileNetV2.Tests.Images;
using SkiaSharp;

namespace MLNet.MobileNetV2.Tests.Detection.Training.Views;

public sealed class DetectionViewsTests : IDisposable
{
    private const int Size = 64;
    private static readonly ImagePreprocessing s_preprocessing = new() { Size = Size, Crop = ImageCrop.Squash, CropFraction = 1 };

    // White on black, 10 to 70 of 100 columns and 10 to 45 of 50 rows.
    private static readonly RelativeBox s_box = new(0.2f, 0.1f, 0.9f, 0.7f);

    private readonly byte[] _picture;
    private readonly ImageMemory _memory;

    public DetectionViewsTests()
    {
        using SKBitmap bitmap = Pictures.Paint(
            100, 50, (x, y) => x is >= 10 and < 70 && y is >= 10 and < 45 ? SKColors.White : SKColors.Black);
        _picture = bitmap.EncodeAs(SKEncodedImageFormat.Png);
        _memory = new ImageMemory([ImageSource.FromEncoded(_picture)], s_preprocessing);
    }

    public void Dispose() => _memory.Dispose();

    public static TheoryData<int, DetectionAugmentation> Augmentations => new()
    {
        { 1, DetectionAugmentation.None with { HorizontalFlipProbability = 1 } },
        { 1, DetectionAugmentation.None with { VerticalFlipProbability = 1 } },
        { 10, DetectionAugmentation.None with { CropProbability = 1, SmallestCropSide = 0.3 } },
        { 10, new() { CropProbability = 0.8, VerticalFlipProbability = 0.5, Brightness = 0.4, Contrast = 0.3 } },
    };

    [Theory]
    [MemberData(nameof(Augmentations))]
    public void Fill_AnyAugmentation_ShowsTheObjectWhereItsBoxIs(int changes, DetectionAugmentation augmentation)
    {
        DetectionViews views = Views(augmentation);
        var different = new HashSet<RelativeBox>();
        for (int number = 0; number < 30; number++)
        {
            DetectionView view = views.Draw(number, 0);
            RelativeBox box = Assert.Single(view.Boxes).Box;
            different.Add(box);
            float[] planar = new float[views.PixelCount];

            views.Fill(0, view, planar);

            RelativeBox seen = Bright(planar);
            Assert.Equal(box.Top, seen.Top, 0.03);
            Assert.Equal(box.Left, seen.Left, 0.03);
            Assert.Equal(box.Bottom, seen.Bottom, 0.03);
            Assert.Equal(box.Right, seen.Right, 0.03);
        }

        if (changes == 1)
        {
            Assert.DoesNotContain(s_box, different);
        }

        Assert.InRange(different.Count, changes, 30);
    }

    [Fact]
    public void Fill_NoAugmentation_IsWhatADetectorTakes()
    {
        DetectionViews views = Views(DetectionAugmentation.None);
        float[] expected = new float[views.PixelCount];
        float[] planar = new float[views.PixelCount];
        new ImagePreprocessor(s_preprocessing).FromEncoded(_picture, null, expected);

        DetectionView view = views.Draw(5, 0);
        views.Fill(0, view, planar);

        Assert.Equal(expected, planar);
        Assert.Equal([new TrainedBox(1, s_box)], view.Boxes);
    }

    [Fact]
    public void Draw_SameSeedAndNumber_IsTheSameView()
    {
        DetectionAugmentation augmentation = new() { CropProbability = 1 };
        float[] first = new float[Views(augmentation).PixelCount];
        float[] second = new float[first.Length];
        DetectionView view = Views(augmentation).Draw(7, 0);

        Views(augmentation).Fill(0, view, first);
        Views(augmentation).Fill(0, Views(augmentation).Draw(7, 0), second);

        Assert.Equal(first, second);
        Assert.NotEqual(view.Region, Views(augmentation, seed: 2).Draw(7, 0).Region);
        Assert.NotEqual(view.Region, Views(augmentation).Draw(8, 0).Region);
    }

    private DetectionViews Views(DetectionAugmentation augmentation, long seed = 1) =>
        new(_memory, [new TrainedImage(2, [new(1, s_box)])], s_preprocessing, augmentation, seed);

    // The bounds of what is no darker than the middle between the darkest and the brightest.
    private static RelativeBox Bright(float[] planar)
    {
        ReadOnlySpan<float> red = planar.AsSpan(0, Size * Size);
        float limit = (red.ToArray().Max() + red.ToArray().Min()) / 2;
        int[] places = [.. Enumerable.Range(0, Size * Size).Where(place => planar[place] >= limit)];
        (int top, int bottom) = (places.Min(place => place / Size), places.Max(place => place / Size) + 1);
        (int left, int right) = (places.Min(place => place % Size), places.Max(place => place % Size) + 1);
        return new((float)top / Size, (float)left / Size, (float)bottom / Size, (float)right / Size);
    }
}
