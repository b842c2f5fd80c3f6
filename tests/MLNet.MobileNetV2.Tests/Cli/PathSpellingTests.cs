using MLNet.MobileNetV2.Cli.Models;

namespace MLNet.MobileNetV2.Tests.Cli;

public sealed class PathSpellingTests
{
    [Theory]
    [InlineData("photos", "photos/a/1.jpg")]
    [InlineData("photos/", "photos/a/1.jpg")]
    [InlineData("./photos", "./photos/a/1.jpg")]
    [InlineData("../my photos/..", "../my photos/../a/1.jpg")]
    [InlineData(".", "./a/1.jpg")]
    [InlineData("/", "/a/1.jpg")]
    public void Of_JoinsTheFolderAsGivenWithTheNameBelowIt(string folder, string expected)
    {
        string path = Path.Join(folder, $"a{Path.DirectorySeparatorChar}1.jpg");

        Assert.Equal(expected, PathSpelling.Of(folder, path));
    }
}
