using System.Buffers.Binary;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.MobileNetV2.Parquet;
using MLNet.MobileNetV2.Tests.Support;
using Parquet;
using Parquet.Schema;

namespace MLNet.MobileNetV2.Tests.Parquet;

/// <summary>Whatever is wrong with a feature file, one exception says so and names it.</summary>
public sealed class FeatureFileErrorTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly MLContext _mlContext = new(seed: 1);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Load_OfNoFile_SaysSo()
    {
        Assert.Throws<ArgumentException>(() => _mlContext.Data.LoadFromFeatureFiles());
        Assert.Contains("there is no such file", Error(_folder.File("a.parquet")), StringComparison.Ordinal);
        Assert.Contains("there is no such file", Error(_folder.File("gone/*.parquet")), StringComparison.Ordinal);
        Assert.Contains("no file has such a name", Error(_folder.File("*.parquet")), StringComparison.Ordinal);
        Assert.Contains("no file has such a name", Error(_folder.Path), StringComparison.Ordinal);
    }

    [Fact]
    public void Load_OfFilesOfDifferentOrigins_NamesBothAndTheDifference()
    {
        FeatureOrigin origin = TestFeatures.Origin();
        (FeatureOrigin Other, string Reason)[] others =
        [
            (origin.With(its => its.TensorsSha256, new string('c', 64)), "weights ('test-weights' and 'test-weights'"),
            (origin.With(its => its.Preprocessing, new ImagePreprocessing()), "preprocessing"),
            (origin.With(its => its.Padding, PaddingFlavor.TensorFlowSame), "padding (PyTorchSymmetric and TensorFlowSame)"),
            (origin.With(its => its.Tap, new FeatureTap(3)), "tap"),
            (TestFeatures.Origin(6), "number of features (5 and 6)"),
        ];
        TestFeatures.Write(_folder.File("a.parquet"), 1);
        foreach ((FeatureOrigin other, string reason) in others)
        {
            TestFeatures.Write(_folder.File("b.parquet"), 1, origin: other);

            string error = Error(_folder.File("*.parquet"));

            Assert.Contains(_folder.File("a.parquet"), error, StringComparison.Ordinal);
            Assert.Contains($"'{_folder.File("b.parquet")}'", error, StringComparison.Ordinal);
            Assert.Contains(reason, error, StringComparison.Ordinal);
        }

        TestFeatures.Write(
            _folder.File("b.parquet"),
            1,
            origin: origin.With(its => its.WeightsName, "x").With(its => its.WeightsSha256, null).With(its => its.LibraryVersion, "1"));
        Assert.Equal(2, _mlContext.Data.LoadFromFeatureFiles(_folder.Path).GetRowCount());
    }

    [Fact]
    public void Cursor_AfterADamagedGroup_StaysFailed()
    {
        // Three groups of one row each; the middle one is damaged.
        const int Count = 1_500_000;
        TestFeatures.Write(_folder.File("a.parquet"), 3, origin: TestFeatures.Origin(Count));
        byte[] file = File.ReadAllBytes(_folder.File("a.parquet"));
        file.AsSpan(file.Length / 2, 100_000).Clear();
        File.WriteAllBytes(_folder.File("a.parquet"), file);
        IDataView data = _mlContext.Data.LoadFromFeatureFiles(_folder.File("a.parquet"));
        using DataViewRowCursor cursor = data.GetRowCursor(data.Schema);
        ValueGetter<VBuffer<float>> features = cursor.GetGetter<VBuffer<float>>(data.Schema["Features"]);
        VBuffer<float> value = default;

        Assert.True(cursor.MoveNext());
        FeatureFileException error = Assert.Throws<FeatureFileException>(() => cursor.MoveNext());

        Assert.Same(error, Assert.Throws<FeatureFileException>(() => cursor.MoveNext()));
        Assert.Equal(-1, cursor.Position);
        Assert.Throws<InvalidOperationException>(() => features(ref value));
    }

    [Fact]
    public void Load_OfAFileThatIsCutAnywhere_Throws()
    {
        byte[] file = File.ReadAllBytes(TestFeatures.Write(_folder.File("a.parquet"), 3));
        for (int length = 0; length < file.Length; length++)
        {
            File.WriteAllBytes(_folder.File("a.parquet"), file[..length]);
            Error(_folder.File("a.parquet"));
        }
    }

    [Theory]
    [InlineData("weights.name", "", "is ''")]
    [InlineData("weights.tensors_sha256", null, "has no 'weights.tensors_sha256'")]
    [InlineData("preprocessing.size", null, "has no 'preprocessing.size'")]
    [InlineData("preprocessing.size", "0", "is '0'")]
    [InlineData("padding", null, "has no 'padding'")]
    [InlineData("padding", "x", "is 'x'")]
    [InlineData("tap.block", "0", "is '0'")]
    [InlineData("tap.pooled", "1", "is '1'")]
    [InlineData("tap.pooled", "false", "5 features in maps of side")]
    [InlineData("features.count", "-5", "is '-5'")]
    [InlineData("features.count", "16777217", "is '16777217'")]
    [InlineData("features.map_side", "2", "5 features in maps of side 2")]
    [InlineData("library.version", null, "has no 'library.version'")]
    public async Task Load_WithMetadataThatCannotBe_NamesIt(string key, string? value, string reason)
    {
        Dictionary<string, string> metadata = FeatureOriginMetadata.Write(TestFeatures.Origin());
        metadata.Remove(key);
        if (value is not null)
        {
            metadata[key] = value;
        }

        await WriteAsync(metadata, [1, 2, 3, 4, 5], [0, 1, 1, 1, 1]);

        Assert.Contains(reason, Error(_folder.File("a.parquet")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(new[] { 0, 1, 1, 1, 1, 1, 0, 1, 1, 1 }, "row 1 of group 0 does not have 5 features")]
    [InlineData(new[] { 0, 1, 1, 1, 0, 1, 1, 1 }, "has 8 values in group 0; 10 are expected")]
    public async Task Read_OfListsOfOtherLengths_SaysSo(int[] repetition, string reason)
    {
        await WriteAsync(FeatureOriginMetadata.Write(TestFeatures.Origin()), [.. repetition.Select(level => (float)level)], repetition);
        IDataView data = _mlContext.Data.LoadFromFeatureFiles(_folder.File("a.parquet"));

        Assert.Contains(
            reason,
            Assert.Throws<FeatureFileException>(() => data.GetColumn<float[]>("Features").Count()).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Read_OfADictionaryOfLongTexts_DoesNotCopyThemForEveryRow()
    {
        const int Rows = 4000;
        string text = new('x', 15_000);
        await WriteAsync(
            FeatureOriginMetadata.Write(
                TestFeatures.Origin(1)), new float[Rows], new int[Rows], [.. Enumerable.Range(0, Rows).Select(
                    row => row % 2 == 0 ? text : null)]);
        Assert.InRange(new FileInfo(_folder.File("a.parquet")).Length, 1, 200_000);
        IDataView data = _mlContext.Data.LoadFromFeatureFiles(_folder.File("a.parquet"));
        long before = GC.GetTotalAllocatedBytes();
        (long characters, int empty) = (0, 0);

        foreach (ReadOnlyMemory<char> label in data.GetColumn<ReadOnlyMemory<char>>("Label"))
        {
            characters += label.Length;
            empty += label.IsEmpty ? 1 : 0;
        }

        Assert.Equal((Rows / 2 * 15_000L, Rows / 2), (characters, empty));

        // A copy a row would be 60 MB.
        Assert.InRange(GC.GetTotalAllocatedBytes() - before, 0, 30_000_000);
    }

    [Fact]
    public async Task Load_OfOtherColumns_SaysWhichIsNeeded()
    {
        await WriteColumnsAsync(new DataField("path", typeof(int)), new DataField("label", typeof(string)));
        Assert.Contains("no column 'path' of text", Error(_folder.File("a.parquet")), StringComparison.Ordinal);
        await WriteColumnsAsync(new DataField("path", typeof(string)), new DataField("label", typeof(int)));
        Assert.Contains("no column 'label' of text", Error(_folder.File("a.parquet")), StringComparison.Ordinal);
        await WriteColumnsAsync(
            new DataField("path", typeof(string)),
            new DataField("label", typeof(string)),
            new ListField("features", new DataField<double>("element")));
        Assert.Contains("no column 'features' of lists of floats", Error(_folder.File("a.parquet")), StringComparison.Ordinal);
    }

    [Fact]
    public void Load_OfAnotherFile_SaysThatItIsNone()
    {
        File.WriteAllText(_folder.File("a.parquet"), "this is a text and no Parquet file");
        Assert.Contains("do not end like a Parquet file", Error(_folder.File("a.parquet")), StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Category", "Slow")]
    public void Read_OfDamagedCopies_ThrowsNothingElseAndAllocatesNoMoreThanAnArray()
    {
        byte[] file = File.ReadAllBytes(TestFeatures.Write(_folder.File("a.parquet"), 40));
        var random = new Random(20_180_113);
        (int refused, long most) = (0, 0);
        for (int copy = 0; copy < 3000; copy++)
        {
            byte[] damaged = [.. file];
            for (int change = 1 << random.Next(4); change > 0; change--)
            {
                damaged[random.Next(file.Length)] = (byte)random.Next(256);
            }

            File.WriteAllBytes(_folder.File("a.parquet"), damaged);
            long before = GC.GetTotalAllocatedBytes();
            try
            {
                Assert.InRange(
                    _mlContext.Data.LoadFromFeatureFiles(_folder.File("a.parquet")).GetColumn<float[]>("Features").Count(), 0, 40);
            }
            catch (FeatureFileException)
            {
                refused++;
            }

            most = Math.Max(most, GC.GetTotalAllocatedBytes() - before);
        }

        Assert.InRange(refused, 1000, 3000);

        // A page's header can claim no more than an array holds.
        Assert.InRange(most, 0, int.MaxValue);
    }

    [Fact]
    public void Load_OfAFooterThatNestsDeeply_Throws()
    {
        // A structure in a structure, and so on: field 1 of type 12.
        byte[] footer = [.. Enumerable.Repeat((byte)0x1C, 1_000_000)];
        Assert.Contains("nests more than 16 deep", ErrorOfFooter(footer), StringComparison.Ordinal);
    }

    [Fact]
    public void Load_OfAFooterOfListsInLists_Throws()
    {
        // Field 1 is a list of one list, and so on.
        byte[] footer = [.. Enumerable.Repeat((byte)0x19, 1_000_000)];
        Assert.Contains("nests more than 16 deep", ErrorOfFooter(footer), StringComparison.Ordinal);
    }

    [Fact]
    public void Load_OfAFooterWithAListLongerThanItself_Throws()
    {
        // Field 1, a list of 2^31 structures.
        byte[] footer = [0x19, 0xFC, 0x80, 0x80, 0x80, 0x80, 0x08, 0x00];
        Assert.Contains("a list of 2147483648 items in 1 bytes", ErrorOfFooter(footer), StringComparison.Ordinal);
    }

    private string ErrorOfFooter(byte[] footer)
    {
        byte[] length = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(length, footer.Length);
        File.WriteAllBytes(_folder.File("a.parquet"), [.. "PAR1"u8, .. footer, .. length, .. "PAR1"u8]);
        return Error(_folder.File("a.parquet"));
    }

    private string Error(string pattern)
    {
        FeatureFileException error = Assert.Throws<FeatureFileException>(() => _mlContext.Data.LoadFromFeatureFiles(pattern));
        Assert.Equal($"The feature file '{error.File}' cannot be used: {error.Reason}", error.Message);
        Assert.StartsWith(_folder.Path, error.File, StringComparison.Ordinal);
        return error.Message;
    }

    private async Task WriteAsync(IReadOnlyDictionary<string, string> metadata, float[] values, int[] repetition, string?[]? labels = null)
    {
        var path = new DataField("path", typeof(string), isNullable: false);
        var label = new DataField("label", typeof(string));
        var element = new DataField<float>("element");
        await using FileStream stream = File.Create(_folder.File("a.parquet"));
        var options = new ParquetOptions();
        options.ColumnEncodingHints[label.Path.ToString()] = labels is null ? EncodingHint.Default : EncodingHint.Dictionary;
        await using ParquetWriter writer = await ParquetWriter.CreateAsync(
            new ParquetSchema(
                path,
                label,
                new ListField("features", element)), stream, options, cancellationToken: TestContext.Current.CancellationToken);
        writer.CustomMetadata = metadata;
        using ParquetRowGroupWriter group = writer.CreateRowGroup();
        string[] rows = [.. repetition.Where(level => level == 0).Select((_, row) => $"{row}.jpg")];
        await group.WriteAsync(path, rows, null);
        await group.WriteAsync(label, labels ?? rows, null);
        await group.WriteAllPartsAsync<float>(
            element, values, repetition.Select(_ => 2).ToArray(), repetition, TestContext.Current.CancellationToken);
    }

    private async Task WriteColumnsAsync(params Field[] fields)
    {
        await using FileStream stream = File.Create(_folder.File("a.parquet"));
        await using ParquetWriter writer = await ParquetWriter.CreateAsync(
            new ParquetSchema(fields), stream, cancellationToken: TestContext.Current.CancellationToken);
        writer.CustomMetadata = FeatureOriginMetadata.Write(TestFeatures.Origin());
    }
}
