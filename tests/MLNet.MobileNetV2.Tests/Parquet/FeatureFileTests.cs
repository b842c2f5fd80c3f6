using System.Buffers;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.MobileNetV2.Parquet;
using MLNet.MobileNetV2.Tests.Support;
using Parquet;
using Parquet.Meta;
using Parquet.Schema;

namespace MLNet.MobileNetV2.Tests.Parquet;

/// <summary>Feature files hold what was written, in the layout that other tools read.</summary>
public sealed class FeatureFileTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly MLContext _mlContext = new(seed: 1);

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(5, 0)]
    [InlineData(5, 1)]
    [InlineData(5, 1000)]
    [InlineData(1_500_000, 4)]
    public void Load_OfWrittenRows_GivesThemBack(int count, int rows)
    {
        TestFeatures.Write(_folder.File("a.parquet"), rows, origin: TestFeatures.Origin(count));

        IDataView data = _mlContext.Data.LoadFromFeatureFiles(_folder.File("a.parquet"));

        Assert.Equal(rows, data.GetRowCount());
        Assert.Equal(["ImagePath", "Label", "Features"], data.Schema.Select(column => column.Name));
        Assert.Equal(new VectorDataViewType(NumberDataViewType.Single, 1, count), data.Schema["Features"].Type);
        Assert.Equal(Enumerable.Range(0, rows).Select(row => TestFeatures.Row(row, 1).Path), data.GetColumn<string>("ImagePath"));
        Assert.Equal(
            Enumerable.Range(0, rows).Select(row => TestFeatures.Row(row, 1).Label ?? string.Empty), data.GetColumn<string>("Label"));
        Assert.All(data.GetColumn<float[]>("Features").Index(), row => Assert.Equal(TestFeatures.Row(row.Index, count).Values, row.Item));
    }

    [Theory]
    [InlineData(5, 1000)]
    [InlineData(1_500_000, 4)]
    public void Cursor_OverAllColumns_GivesTextsThatStayWhenItGoesOn(int count, int rows)
    {
        TestFeatures.Write(_folder.File("a.parquet"), rows, origin: TestFeatures.Origin(count));
        TestFeatures.Write(_folder.File("b.parquet"), rows, first: rows, origin: TestFeatures.Origin(count));
        IDataView data = _mlContext.Data.LoadFromFeatureFiles(_folder.Path);
        var texts = new List<(ReadOnlyMemory<char> Path, ReadOnlyMemory<char> Label)>();
        using (DataViewRowCursor cursor = data.GetRowCursor(data.Schema))
        {
            ValueGetter<ReadOnlyMemory<char>> path = cursor.GetGetter<ReadOnlyMemory<char>>(data.Schema["ImagePath"]);
            ValueGetter<ReadOnlyMemory<char>> label = cursor.GetGetter<ReadOnlyMemory<char>>(data.Schema["Label"]);
            while (cursor.MoveNext())
            {
                (ReadOnlyMemory<char> first, ReadOnlyMemory<char> second) = (default, default);
                path(ref first);
                label(ref second);
                texts.Add((first, second));
            }
        }

        Assert.Equal(
            Enumerable.Range(0, 2 * rows).Select(row => TestFeatures.Row(row, 1)).Select(row => (row.Path, row.Label ?? string.Empty)),
            texts.Select(text => (text.Path.ToString(), text.Label.ToString())));
    }

    [Fact]
    public void Cursor_WhenPooledArraysHoldOtherNumbers_GivesEveryText()
    {
        TestFeatures.Write(_folder.File("a.parquet"), 1000);
        IEnumerable<string> expected = Enumerable.Range(0, 1000).Select(row => TestFeatures.Row(row).Path);

        for (int read = 0; read < 20; read++)
        {
            FillPools();

            Assert.Equal(expected, _mlContext.Data.LoadFromFeatureFiles(_folder.File("a.parquet")).GetColumn<string>("ImagePath"));
        }
    }

    [Fact]
    public void Load_OfSeveralFiles_GivesTheirRowsInOrdinalOrderOfTheNames()
    {
        TestFeatures.Write(_folder.File("b.parquet"), 3, first: 2);
        TestFeatures.Write(_folder.File("a.parquet"), 2);
        TestFeatures.Write(_folder.File("c.parquet"), 0);
        File.WriteAllText(_folder.File(".hidden.parquet"), "being written");
        File.WriteAllText(_folder.File("other.txt"), "no features");
        string[] expected = [.. Enumerable.Range(0, 5).Select(row => TestFeatures.Row(row).Path)];

        Assert.Equal(expected, Paths(_folder.File("*.parquet")));
        Assert.Equal(expected, Paths(_folder.Path));
        Assert.Equal(expected, Paths(_folder.File("a.parquet"), _folder.File("b.*")));
        Assert.Equal([.. expected[2..], .. expected[..2]], Paths(_folder.File("b.parquet"), _folder.File("a.parquet")));

        IEnumerable<string> Paths(params string[] names) => _mlContext.Data.LoadFromFeatureFiles(names).GetColumn<string>("ImagePath");
    }

    [Fact]
    public void Load_OfAMap_GivesItsShape()
    {
        FeatureOrigin origin = TestFeatures.Origin(3 * 4 * 4).With(its => its.Tap, new FeatureTap(2, IsPooled: false)).With(
            its => its.MapSide, 4);
        TestFeatures.Write(_folder.File("a.parquet"), 2, origin: origin);

        IDataView data = _mlContext.Data.LoadFromFeatureFiles(_folder.File("a.parquet"));

        Assert.Equal(new VectorDataViewType(NumberDataViewType.Single, 1, 3, 4, 4), data.Schema["Features"].Type);
        Assert.Equivalent(origin, TestFeatures.OriginOf(_folder.File("a.parquet")));
    }

    [Fact]
    public void Cursor_GivesPositionsAndIdsAndOnlyActiveColumns()
    {
        TestFeatures.Write(_folder.File("a.parquet"), 2);
        IDataView data = _mlContext.Data.LoadFromFeatureFiles(_folder.File("a.parquet"));
        using DataViewRowCursor cursor = data.GetRowCursor([data.Schema["Label"]]);
        ValueGetter<DataViewRowId> id = cursor.GetIdGetter();
        ValueGetter<ReadOnlyMemory<char>> label = cursor.GetGetter<ReadOnlyMemory<char>>(data.Schema["Label"]);
        (DataViewRowId value, ReadOnlyMemory<char> text) = (default, default);

        Assert.Equal(-1, cursor.Position);
        Assert.Throws<InvalidOperationException>(() => label(ref text));
        Assert.True(cursor.MoveNext());
        Assert.True(cursor.MoveNext());
        id(ref value);
        label(ref text);
        Assert.Equal((1L, new DataViewRowId(1, 0), "class 1"), (cursor.Position, value, text.ToString()));
        Assert.Throws<InvalidOperationException>(() => cursor.GetGetter<VBuffer<float>>(data.Schema["Features"]));
        Assert.Throws<InvalidOperationException>(() => cursor.GetGetter<int>(data.Schema["Label"]));
        Assert.False(cursor.MoveNext());
        Assert.False(cursor.MoveNext());
        Assert.Equal(-1, cursor.Position);
        Assert.Throws<InvalidOperationException>(() => label(ref text));
    }

    [Fact]
    public async Task Write_LaysOutOneListOfFloatsARow_InBoundedGroups()
    {
        const int Count = 700_000;
        TestFeatures.Write(_folder.File("a.parquet"), 7, origin: TestFeatures.Origin(Count));

        await using ParquetReader reader = await ParquetReader.CreateAsync(
            _folder.File("a.parquet"), cancellationToken: TestContext.Current.CancellationToken);

        // The three-level list of the format's specification: optional group (LIST), repeated group list, required element.
        Assert.Equal(
            [
                (
                    "path",
                    FieldRepetitionType.REQUIRED,
                    (global::Parquet.Meta.Type?)global::Parquet.Meta.Type.BYTE_ARRAY,
                    (ConvertedType?)ConvertedType.UTF8),
                ("label", FieldRepetitionType.OPTIONAL, global::Parquet.Meta.Type.BYTE_ARRAY, ConvertedType.UTF8),
                ("features", FieldRepetitionType.OPTIONAL, null, ConvertedType.LIST),
                ("list", FieldRepetitionType.REPEATED, null, null),
                ("element", FieldRepetitionType.REQUIRED, global::Parquet.Meta.Type.FLOAT, null),
            ],
            reader.Metadata!.Schema.Skip(1).Select(
                element => (element.Name, element.RepetitionType!.Value, element.Type, element.ConvertedType)));
        Assert.Equal([2L, 2, 2, 1], reader.Metadata.RowGroups.Select(group => group.NumRows));
        Assert.Equal(Count * 2L, reader.Metadata.RowGroups[0].Columns[2].MetaData!.NumValues);
    }

    [Fact]
    public async Task Write_PutsTheOriginIntoTheMetadata()
    {
        FeatureOrigin origin = TestFeatures.Origin();
        TestFeatures.Write(_folder.File("a.parquet"), 1, origin: origin);

        await using ParquetReader reader = await ParquetReader.CreateAsync(
            _folder.File("a.parquet"), cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal(
            new Dictionary<string, string>
            {
                ["weights.name"] = "test-weights",
                ["weights.sha256"] = new string('a', 64),
                ["weights.tensors_sha256"] = new string('b', 64),
                ["preprocessing.size"] = "96",
                ["preprocessing.crop_fraction"] = "0.9",
                ["preprocessing.interpolation"] = "AntialiasedBilinear",
                ["preprocessing.jpeg_decoding"] = "Oversampled",
                ["preprocessing.channel_order"] = "Bgr",
                ["preprocessing.mean"] = "1.5 2.5 3.5",
                ["preprocessing.std"] = "127.5 127.5 127.5",
                ["padding"] = "PyTorchSymmetric",
                ["tap.pooled"] = "true",
                ["features.count"] = "5",
                ["library.version"] = "9.8.7",
            },
            reader.CustomMetadata.Where(entry => entry.Key != "content.sha256").ToDictionary());
        Assert.Matches("^[0-9a-f]{64}$", reader.CustomMetadata["content.sha256"]);
        Assert.Equivalent(origin, TestFeatures.OriginOf(_folder.File("a.parquet")));
    }

    [Fact]
    public async Task Load_OfAFileThatAnotherWriterLaidOut_Works()
    {
        // Everything optional, the element named 'item', another order and one column more, as Arrow's writers do.
        var element = new DataField("item", typeof(float), isNullable: true);
        var fields = new Field[]
        {
            new ListField("features", element), new DataField("score", typeof(double)), new DataField(
                "label", typeof(string)), new DataField("path", typeof(string)),
        };
        await using (FileStream stream = File.Create(_folder.File("a.parquet")))
        {
            await using ParquetWriter writer = await ParquetWriter.CreateAsync(
                new ParquetSchema(fields), stream, cancellationToken: TestContext.Current.CancellationToken);
            writer.CustomMetadata = FeatureOriginMetadata.Write(TestFeatures.Origin(2));
            using ParquetRowGroupWriter group = writer.CreateRowGroup();
            (float[] values, int[] definition, int[] repetition) = ([1, 2, 3, 4], [3, 3, 3, 3], [0, 1, 0, 1]);
            (double[] scores, string?[] labels, string?[] paths) = ([0, 0], ["x", null], ["1.jpg", "2.jpg"]);
            await group.WriteAllPartsAsync<float>(element, values, definition, repetition, TestContext.Current.CancellationToken);
            await group.WriteAsync<double>((DataField)fields[1], scores, null, cancellationToken: TestContext.Current.CancellationToken);
            await group.WriteAsync((DataField)fields[2], labels, null);
            await group.WriteAsync((DataField)fields[3], paths, null);
        }

        IDataView data = _mlContext.Data.LoadFromFeatureFiles(_folder.File("a.parquet"));

        Assert.Equal(["1.jpg", "2.jpg"], data.GetColumn<string>("ImagePath"));
        Assert.Equal(["x", string.Empty], data.GetColumn<string>("Label"));
        Assert.Equal([[1, 2], [3, 4]], data.GetColumn<float[]>("Features"));
    }

    [Fact]
    public void Origin_OfWeights_NamesThemAndHashesTheirTensors()
    {
        var preprocessing = new ImagePreprocessing { Size = 32 };
        MobileNetV2Weights weights = RandomWeights.Create(1, RandomWeights.Narrow(numClasses: 3), preprocessing);
        FeatureOrigin origin = FeatureOrigin.Of(weights);

        Assert.Equal(
            ("random-1", null, preprocessing, weights.FeatureCount),
            (origin.WeightsName, origin.WeightsSha256, origin.Preprocessing, origin.FeatureCount));
        Assert.Matches("^[0-9a-f]{64}$", origin.TensorsSha256);
        Assert.Equal([weights.FeatureCount], origin.Shape);
        Assert.Equal(origin.TensorsSha256, FeatureOrigin.Of(weights.ResetClassifier(7)).TensorsSha256);
        Assert.NotEqual(
            origin.TensorsSha256, FeatureOrigin.Of(RandomWeights.Create(2, RandomWeights.Narrow(), preprocessing)).TensorsSha256);
        var map = new FeatureTap(2, IsPooled: false);
        Assert.Equal(map.ShapeOf(weights.Architecture, 32), FeatureOrigin.Of(weights, map).Shape);
        Assert.Throws<ArgumentException>(() => FeatureOrigin.Of(weights, new FeatureTap(100)));
    }

    // Each thread has arrays of its own in the pools: whichever one reads must find some that are not zero.
    private static void FillPools() => Parallel.For(0, 8, _ =>
    {
        for (int length = 64; length <= 4096; length *= 2)
        {
            int[] numbers = ArrayPool<int>.Shared.Rent(length);
            byte[] bytes = ArrayPool<byte>.Shared.Rent(sizeof(int) * length);
            Array.Fill(numbers, -1);
            Array.Fill(bytes, byte.MaxValue);
            ArrayPool<int>.Shared.Return(numbers);
            ArrayPool<byte>.Shared.Return(bytes);
        }
    });
}
