using MLNet.MobileNetV2.FolderChecks;

namespace MLNet.MobileNetV2.Tests.FolderChecks;

public sealed class PhotoGroupsTests
{
    [Fact]
    public void Of_JoinsWhatIsTheSameByOthersBetween()
    {
        int[] groups = PhotoGroups.Of(6, [(0, 3), (3, 5), (1, 2)]);

        Assert.Equal(groups[0], groups[3]);
        Assert.Equal(groups[0], groups[5]);
        Assert.Equal(groups[1], groups[2]);
        Assert.Equal(3, groups.Distinct().Count());
    }
}
