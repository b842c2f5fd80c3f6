using FsCheck.Xunit;
using MLNet.MobileNetV2.Detection.Drawing;
using SkiaSharp;

namespace MLNet.MobileNetV2.Tests.Detection.Drawing;

public sealed class LabelPlaceTests
{
    private static readonly BoundingBox s_box = new(20, 40, 50, 30);

    [Fact]
    public void Find_WithRoom_IsAboveTheBox() => Assert.Equal(SKRect.Create(20, 30, 40, 10), Find(s_box, []));

    [Fact]
    public void Find_OfABoxAtTheTop_IsInsideIt() => Assert.Equal(SKRect.Create(20, 0, 40, 10), Find(s_box with { Y = 0 }, []));

    [Fact]
    public void Find_AtTheRightEdge_IsMovedOntoThePhoto() => Assert.Equal(SKRect.Create(60, 30, 40, 10), Find(s_box with { X = 90 }, []));

    [Fact]
    public void Find_WhereEarlierLabelsAre_GoesInsideThenBelow()
    {
        var taken = new List<SKRect>();
        foreach (float top in new[] { 30f, 40, 60, 70 })
        {
            SKRect place = Find(s_box, taken);
            Assert.Equal(SKRect.Create(20, top, 40, 10), place);
            taken.Add(place);
        }
    }

    [Property]
    public void Find_IsAlwaysOnThePhotoAndCoversALabelOnlyWhereAllPlacesAreTaken(float x, float y, float width, float height, byte count)
    {
        if (!float.IsFinite(x + y + width + height))
        {
            return;
        }

        var box = new BoundingBox(x, y, Math.Abs(width), Math.Abs(height));
        var taken = new List<SKRect>();
        for (int i = 0; i < count % 12; i++)
        {
            SKRect place = Find(box, taken);
            Assert.True(place.Left >= 0 && place.Top >= 0 && place.Right <= 100.01f && place.Bottom <= 100.01f);
            taken.Add(place);
        }
    }

    private static SKRect Find(BoundingBox box, IReadOnlyList<SKRect> taken) => LabelPlace.Find(box, 40, 10, 100, 100, taken);
}
