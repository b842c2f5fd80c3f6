using MLNet.MobileNetV2.Cli.Labelling;

namespace MLNet.MobileNetV2.Tests.Cli.Labelling;

public sealed class FolderNamesTests
{
    [Theory]
    [InlineData("roses", "roses")]
    [InlineData("red roses, é 花", "red roses, é 花")]
    [InlineData("../..", ".._")]
    [InlineData("..", "_")]
    [InlineData(".", "_")]
    [InlineData("", "_")]
    [InlineData(" ", "_")]
    [InlineData("/etc/passwd", "_etc_passwd")]
    [InlineData(@"C:\temp", "C__temp")]
    [InlineData("<script>alert(1)</script>", "_script_alert(1)__script_")]
    [InlineData("CON", "_CON")]
    [InlineData("con.txt", "_con.txt")]
    [InlineData("Lpt1", "_Lpt1")]
    [InlineData("COM²", "_COM²")]
    [InlineData("CONE", "CONE")]
    [InlineData("dots...", "dots")]
    [InlineData("two\nlines\0", "two_lines_")]
    public void Of_IsANameThatEverySystemAllows(string label, string name) => Assert.Equal(name, new FolderNames([label]).Of(label));

    [Fact]
    public void Of_ALongLabel_IsCutWithinWhatFileSystemsAllow()
    {
        string label = string.Concat(Enumerable.Repeat("😀", 300));

        string name = new FolderNames([label]).Of(label);

        Assert.Equal(string.Concat(Enumerable.Repeat("😀", 50)), name);
    }

    [Fact]
    public void Of_LabelsThatWouldShareAFolder_AreNumberedInTheirOrder()
    {
        string[] labels = ["a/b", "A:B", "a|b", "_", "a/b"];

        Assert.Equal(["a_b", "A_B-2", "a_b-3", "_", "a_b"], labels.Select(new FolderNames(labels).Of));
    }
}
