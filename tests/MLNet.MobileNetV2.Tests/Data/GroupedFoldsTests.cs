using FsCheck;
using FsCheck.Xunit;
using MLNet.MobileNetV2.Data;

namespace MLNet.MobileNetV2.Tests.Data;

public sealed class GroupedFoldsTests
{
    [Property]
    public bool Deal_OfImagesThatStandForThemselves_SpreadsEachClassEvenly(NonEmptyArray<byte> classes, PositiveInt folds, int seed)
    {
        int[] labels = [.. classes.Get.Select(value => value % 4)];
        int count = 2 + (folds.Get % 5);

        int[] dealt = GroupedFolds.Deal(labels, [.. Enumerable.Range(0, labels.Length)], count, seed);

        return labels.Index().GroupBy(image => image.Item, image => dealt[image.Index]).All(images => images.Count() == 1
            ? images.Single() == GroupedFolds.Never
            : Spread(images, count) <= 1 && !images.Contains(GroupedFolds.Never));
    }

    [Property]
    public bool Deal_OfGroups_KeepsEachWhole_AndTrainsEveryClassInEveryFold(
        NonEmptyArray<(byte Label, byte Group)> images, PositiveInt folds)
    {
        int[] labels = [.. images.Get.Select(image => image.Label % 3)];
        int[] groups = [.. images.Get.Select(image => image.Group % 7)];
        int count = 2 + (folds.Get % 4);

        int[] dealt = GroupedFolds.Deal(labels, groups, count, seed: 1);

        bool areWhole = groups.Index().GroupBy(image => image.Item, image => dealt[image.Index])
            .All(group => group.Distinct().Count() == 1);
        bool areTrained = Enumerable.Range(0, count).All(
            fold => labels.Index().Where(image => dealt[image.Index] != fold).Select(image => image.Item).Distinct().Count()
                == labels.Distinct().Count());
        return areWhole && areTrained;
    }

    [Fact]
    public void Deal_OfGroupsOfUnequalSize_MakesFoldsOfAboutTheSame()
    {
        int[] groups = [.. Enumerable.Range(0, 100).Select(image => image < 40 ? image / 20 : 2 + (image / 5))];
        int[] labels = new int[100];

        int[] sizes = [.. GroupedFolds.Deal(labels, groups, folds: 4, seed: 3).CountBy(fold => fold).Select(fold => fold.Value)];

        Assert.Equal(4, sizes.Length);
        Assert.All(sizes, size => Assert.InRange(size, 20, 30));
    }

    [Fact]
    public void Deal_DependsOnTheSeedAlone()
    {
        int[] labels = [.. Enumerable.Range(0, 60).Select(image => image % 3)];
        int[] own = [.. Enumerable.Range(0, 60)];

        Assert.Equal(GroupedFolds.Deal(labels, own, 5, seed: 1), GroupedFolds.Deal(labels, own, 5, seed: 1));
        Assert.NotEqual(GroupedFolds.Deal(labels, own, 5, seed: 1), GroupedFolds.Deal(labels, own, 5, seed: 2));
    }

    private static int Spread(IEnumerable<int> images, int folds)
    {
        int[] counts = [.. Enumerable.Range(0, folds).Select(fold => images.Count(image => image == fold))];
        return counts.Max() - counts.Min();
    }
}
