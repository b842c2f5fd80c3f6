using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.MobileNetV2.Parquet;
using MLNet.MobileNetV2.Tests.Support;

namespace MLNet.MobileNetV2.Tests.Parquet;

/// <summary>Files that say which share they are make a whole, or an error says what is missing or doubled.</summary>
public sealed class FeatureShareTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Load_OfEveryShare_GivesTheWhole()
    {
        Write(1, 3);
        Write(2, 3);
        Write(3, 3);

        Assert.Equal(3, Rows(_folder.File("*.parquet")));
        Assert.Equal(3, Rows(_folder.Path));
        Assert.Equal(3, Rows(_folder.File("2.parquet"), _folder.File("3.parquet"), _folder.File("1.parquet")));
    }

    [Fact]
    public void Load_OfMoreThanNineShares_GivesTheRowsInTheOrderOfTheList()
    {
        for (int share = 1; share <= 12; share++)
        {
            TestFeatures.Write(_folder.File($"part-{share}-of-12.parquet"), rows: 2, first: 2 * share, share: new(share, 12, "list"));
        }

        IDataView rows = new MLContext().Data.LoadFromFeatureFiles(_folder.File("part-*.parquet"));

        Assert.Equal(Enumerable.Range(2, 24).Select(number => TestFeatures.Row(number).Path), rows.GetColumn<string>("ImagePath"));
    }

    [Fact]
    public void Load_OfSeveralListsAndOfFilesWithoutAShare_GivesThemAll()
    {
        Write(1, 2, name: "a1");
        Write(2, 2, name: "a2");
        Write(1, 1, "other", "b");
        TestFeatures.Write(_folder.File("c.parquet"), 1);

        Assert.Equal(4, Rows(_folder.Path));
    }

    [Fact]
    public void Load_OfOneShareThatIsNamedAlone_GivesIt_ButNotByAPattern()
    {
        Write(2, 3);

        Assert.Equal(1, Rows(_folder.File("2.parquet")));
        Assert.Contains(
            "it holds share 2/3 of a list, and of that list these shares are missing: 1/3, 3/3.",
            Error(_folder.File("*.parquet")),
            StringComparison.Ordinal);
        Assert.Contains("are missing: 1/3, 3/3.", Error(_folder.Path), StringComparison.Ordinal);
    }

    [Fact]
    public void Load_WithAShareMissing_NamesIt()
    {
        Write(1, 3);
        Write(3, 3);

        Assert.EndsWith(
            "these shares are missing: 2/3.", Error(_folder.File("1.parquet"), _folder.File("3.parquet")), StringComparison.Ordinal);
    }

    [Fact]
    public void Load_WithManySharesMissing_NamesTheFirst()
    {
        Write(1, int.MaxValue);

        string missing = string.Join(", ", Enumerable.Range(2, 20).Select(number => $"{number}/{int.MaxValue}"));
        Assert.EndsWith($"{missing}, and more.", Error(_folder.Path), StringComparison.Ordinal);
    }

    [Fact]
    public void Load_WithAShareTwice_NamesItAndBothFiles()
    {
        Write(1, 2);
        Write(2, 2);
        Write(2, 2, name: "copy");

        string error = Error(_folder.Path);

        Assert.Contains("share 2/2", error, StringComparison.Ordinal);
        Assert.Contains(_folder.File("2.parquet"), error, StringComparison.Ordinal);
        Assert.Contains(_folder.File("copy.parquet"), error, StringComparison.Ordinal);
        Assert.EndsWith("its images would count twice.", error, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_OfSharesOfDifferentLists_SaysSo()
    {
        Write(1, 2);
        Write(2, 2, "other");

        string error = Error(_folder.Path);

        Assert.Contains("are missing: 2/2.", error, StringComparison.Ordinal);
        Assert.EndsWith("all shares must be made from the same one.", error, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_OfOneListInTwoNumbersOfShares_NamesAFileOfEach()
    {
        Write(1, 2);
        Write(2, 2);
        Write(1, 1, name: "whole");

        string error = Error(_folder.Path);

        Assert.Contains($"'{_folder.File("whole.parquet")}'", error, StringComparison.Ordinal);
        Assert.Contains($"'{_folder.File("1.parquet")}'", error, StringComparison.Ordinal);
        Assert.Contains("1/2", error, StringComparison.Ordinal);
        Assert.Contains("1/1", error, StringComparison.Ordinal);
        Assert.Contains("images would count twice", error, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_OfTwoNumbersOfSharesOfWhichSomeAreMissing_SpeaksOfTheNumbers()
    {
        Write(7, 16);
        Write(1, 1, name: "whole");

        Assert.Contains("images would count twice", Error(_folder.Path), StringComparison.Ordinal);
    }

    [Fact]
    public void Load_OfAFolderWithALinkToOneOfItsFiles_Throws()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Links need a privilege on Windows.");
        TestFeatures.Write(_folder.File("features.parquet"), 1);
        File.CreateSymbolicLink(_folder.File("latest.parquet"), "features.parquet");

        Assert.Contains($"'{_folder.File("features.parquet")}'", Error(_folder.Path), StringComparison.Ordinal);
    }

    [Fact]
    public void Load_OfAFileThroughALinkToItsFolder_Throws()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Links need a privilege on Windows.");
        Directory.CreateDirectory(_folder.File("run-1"));
        Directory.CreateSymbolicLink(_folder.File("latest"), "run-1");
        TestFeatures.Write(_folder.File("run-1/a.parquet"), 1);

        Assert.Contains("images would count twice", Error(_folder.File("run-1"), _folder.File("latest")), StringComparison.Ordinal);
        Assert.Equal(1, Rows(_folder.File("latest")));
    }

    [Fact]
    public void Load_OfACopy_NamesBoth()
    {
        TestFeatures.Write(_folder.File("a.parquet"), 2);
        File.Copy(_folder.File("a.parquet"), _folder.File("b.parquet"));

        string error = Error(_folder.Path);

        Assert.Contains($"'{_folder.File("a.parquet")}'", error, StringComparison.Ordinal);
        Assert.Contains($"'{_folder.File("b.parquet")}'", error, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_OfFilesWithoutPicturesThatAreTheSame_GivesTheOthers()
    {
        TestFeatures.Write(_folder.File("a.parquet"), 0);
        TestFeatures.Write(_folder.File("b.parquet"), 0);
        TestFeatures.Write(_folder.File("c.parquet"), 3);

        Assert.Equal(3, Rows(_folder.Path));
    }

    [Fact]
    public async Task Load_OfFilesThatDifferInALabelAlone_GivesThemAll()
    {
        await WriteRow("a.parquet", "rose");
        await WriteRow("b.parquet", "tree");

        Assert.Equal(6, Rows(_folder.Path));

        async Task WriteRow(string name, string label)
        {
            await using FeatureFileWriter writer = await FeatureFileWriter.CreateAsync(_folder.File(name), TestFeatures.Origin());
            await writer.AddAsync("1.jpg", "lily", new float[5]);
            await writer.AddAsync("2.jpg", label, new float[5]);
            await writer.AddAsync("3.jpg", "violet", new float[5]);
            await writer.CommitAsync();
        }
    }

    [Fact]
    public void Load_OfOneFileTwice_Throws()
    {
        TestFeatures.Write(_folder.File("a.parquet"), 1);

        Assert.Contains("it is named twice", Error(_folder.File("a.parquet"), _folder.File("./a.parquet")), StringComparison.Ordinal);
        Assert.Contains("it is named twice", Error(_folder.File("*.parquet"), _folder.File("?.parquet")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("share.number", "3", "'share.number' is '3'")]
    [InlineData("share.number", "0", "'share.number' is '0'")]
    [InlineData("share.number", null, "no 'share.number'")]
    [InlineData("share.count", "x", "'share.count' is 'x'")]
    [InlineData("share.count", null, "no 'share.count'")]
    [InlineData("share.list", "", "'share.list' is ''")]
    [InlineData("share.list", null, "no 'share.list'")]
    public void ReadShare_OfMetadataThatCannotBe_NamesIt(string key, string? value, string reason)
    {
        var metadata = new Dictionary<string, string>();
        FeatureOriginMetadata.Write(new FeatureShare(1, 2, "list"), metadata);
        Assert.Equivalent(new FeatureShare(1, 2, "list"), FeatureOriginMetadata.ReadShare("a.parquet", metadata));
        metadata.Remove(key);
        if (value is not null)
        {
            metadata[key] = value;
        }

        Assert.Contains(
            reason,
            Assert.Throws<FeatureFileException>(() => FeatureOriginMetadata.ReadShare("a.parquet", metadata)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Read_OfAFile_GivesItsShareOrNull()
    {
        Write(2, 3);
        TestFeatures.Write(_folder.File("a.parquet"), 1);

        Assert.Equivalent(new FeatureShare(2, 3, "list"), FeatureShare.Read(_folder.File("2.parquet")));
        Assert.Null(FeatureShare.Read(_folder.File("a.parquet")));
        Assert.Contains(
            "gone.parquet",
            Assert.Throws<FeatureFileException>(() => FeatureShare.Read(_folder.File("gone.parquet"))).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Make_OfAShareThatCannotBe_SaysWhatIsAllowed()
    {
        Assert.Contains(
            "The share is 0 of 2", Assert.Throws<ArgumentException>(() => new FeatureShare(0, 2, "x")).Message, StringComparison.Ordinal);
        Assert.Contains(
            "The share is 3 of 2", Assert.Throws<ArgumentException>(() => new FeatureShare(3, 2, "x")).Message, StringComparison.Ordinal);
        Assert.Contains(
            "up to 100 characters",
            Assert.Throws<ArgumentException>(() => new FeatureShare(1, 1, new string('x', 101))).Message,
            StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => new FeatureShare(1, 1, ""));
        Assert.Equal("2/4", new FeatureShare(2, 4, "x").ToString());
    }

    private void Write(int number, int count, string list = "list", string? name = null) =>
        TestFeatures.Write(_folder.File($"{name ?? $"{number}"}.parquet"), 1, first: number, share: new FeatureShare(number, count, list));

    private static int Rows(params string[] files) =>
        new MLContext().Data.LoadFromFeatureFiles(files).GetColumn<string>("ImagePath").Count();

    private static string Error(params string[] files) =>
        Assert.Throws<FeatureFileException>(() => new MLContext().Data.LoadFromFeatureFiles(files)).Message;
}
