using System.Runtime.InteropServices;
using MLNet.MobileNetV2.Machine;
using MLNet.MobileNetV2.Tests.Support;
using MLNet.MobileNetV2.WeightsImport.TfJs;

namespace MLNet.MobileNetV2.Tests.WeightsImport.TfJs;

public sealed class TfJsReaderTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Read_TwoGroupsOverThreeShards_GivesTheFloatTensors()
    {
        byte[] first = [.. Bytes(1f, 2f, 3f), .. BitConverter.GetBytes(42), .. Bytes(-4f)];
        File.WriteAllBytes(_folder.File("shard1"), first[..7]);
        File.WriteAllBytes(_folder.File("shard2"), first[7..]);
        File.WriteAllBytes(_folder.File("other.bin"), [0, 10, 255, 1, 0, 0, 1, 0x00, 0xc1]);
        string model = WriteModel("""
            [{"paths":["shard1","shard2"],"weights":[
               {"name":"a/b","shape":[3,1],"dtype":"float32"},
               {"name":"skipped","shape":[],"dtype":"int32"},
               {"name":"scalar","shape":[],"dtype":"float32"}]},
             {"paths":["other.bin"],"weights":[
               {"name":"q8","shape":[3],"dtype":"float32","quantization":{"dtype":"uint8","scale":0.5,"min":-1}},
               {"name":"q16","shape":[2],"dtype":"float32","quantization":{"dtype":"uint16","scale":2,"min":1}},
               {"name":"h","shape":[1],"dtype":"float32","quantization":{"dtype":"float16","original_dtype":"float32"}}]}]
            """);

        IReadOnlyDictionary<string, WeightTensor> tensors = TfJsReader.Read(model).Tensors;

        Assert.Equal(["a/b", "h", "q16", "q8", "scalar"], tensors.Keys.Order(StringComparer.Ordinal));
        Assert.Equal([3, 1], tensors["a/b"].Shape);
        Assert.Equal([1f, 2f, 3f], tensors["a/b"].Values.ToArray());
        Assert.Equal([-4f], tensors["scalar"].Values.ToArray());
        Assert.Equal([-1f, 4f, 126.5f], tensors["q8"].Values.ToArray());
        Assert.Equal([3f, 513f], tensors["q16"].Values.ToArray());
        Assert.Equal([-2.5f], tensors["h"].Values.ToArray());
    }

    [Fact]
    public void Read_AnyModel_HashesItWithItsShardsInTheManifestsOrder()
    {
        File.WriteAllBytes(_folder.File("b"), Bytes(1f));
        File.WriteAllBytes(_folder.File("a"), Bytes(2f));
        string model = WriteModel("""
            [{"paths":["b"],"weights":[{"name":"x","shape":[1],"dtype":"float32"}]},
             {"paths":["a"],"weights":[{"name":"y","shape":[1],"dtype":"float32"}]}]
            """);

        Assert.Equal(FileHash.Of([.. File.ReadAllBytes(model), .. Bytes(1f, 2f)]), TfJsReader.Read(model).Sha256);
    }

    [Theory]
    [InlineData(" \r\n\t{\"weightsManifest\":[]}", true)]
    [InlineData("{}", true)]
    [InlineData("[]", false)]
    [InlineData("", false)]
    [InlineData("{\0\0\0\0\0\0\0{\"a\":1}", false)]
    public void Recognizes_AFileThatBeginsAsAJsonObject(string text, bool isModel) =>
        Assert.Equal(isModel, TfJsReader.Recognizes(System.Text.Encoding.UTF8.GetBytes(text)));

    [Theory]
    [InlineData("../shard")]
    [InlineData("/etc/shard")]
    [InlineData("a/shard")]
    [InlineData("..\\\\shard")]
    [InlineData("c:shard")]
    [InlineData("..")]
    [InlineData("")]
    public void Read_ShardOutsideTheFolder_IsRefusedByName(string path)
    {
        string model = WriteModel($$"""[{"paths":["{{path}}"],"weights":[]}]""");

        WeightsFormatException e = Assert.Throws<WeightsFormatException>(() => TfJsReader.Read(model));

        Assert.Contains("is not a plain file name", e.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""[{"paths":["missing"],"weights":[]}]""", "its shard 'missing' is missing")]
    [InlineData("""[{"paths":["shard"],"weights":[{"name":"a","shape":[3],"dtype":"float32"}]}]""", "'a' of type 'float32' and shape "
        + "[3] does not fit the 8 bytes")]
    [InlineData("""[{"paths":["shard"],"weights":[{"name":"a","shape":[1],"dtype":"float32"}]}]""", "4 bytes more than their tensors")]
    [InlineData("""[{"paths":["shard"],"weights":[{"name":"a","shape":[-1],"dtype":"float32"}]}]""", "shape [-1] does not fit")]
    [InlineData("""[{"paths":["shard"],"weights":[{"name":"a","shape":[1],"dtype":"string"}]}]""", "type 'string'")]
    [InlineData(
        """[{"paths":["shard"],"weights":[{"name":"a","shape":[2],"dtype":"float32","""
        + " \"quantization\":{\"dtype\":\"int32\",\"scale\":1,\"min\":0}}]}]",
        "'a' is quantised to 'int32'; uint8, uint16 and float16")]
    [InlineData(
        """[{"paths":["shard"],"weights":[{"name":"a","shape":[4],"dtype":"float32","quantization":{"dtype":"float16"}}"""
        + """,{"name":"b","shape":[1],"dtype":"float16"}]}]""",
        "'b' of type 'float16' and shape [1] does not fit the 0 bytes left")]
    [
        InlineData(
            """[{"paths":["shard"],"weights":[{"name":"a","shape":[2],"dtype":"float32","quantization":null}]}]""",
            "not as TF.js writes it"),
    ]
    [
        InlineData(
            """[{"paths":["shard"],"weights":[{"name":"a","shape":[1,1,1,1,1,1,1,1,2],"dtype":"float32"}]}]""",
            "'a' has 9 dimensions; up to 8"),
    ]
    [
        InlineData(
            """[{"paths":["shard"],"weights":[{"name":"a","shape":[8],"dtype":"float32","quantization":{"dtype":"uint8"}}]}]""",
            "not as TF.js writes it"),
    ]
    [
        InlineData(
            """[{"paths":["shard"],"weights":[{"name":"a","shape":[1],"dtype":"float32"},{"name":"a","shape":[1],"dtype":"float32"}]}]""",
            "'a' appears twice"),
    ]
    [InlineData("""[{"weights":[]}]""", "not as TF.js writes it")]
    [InlineData("7", "not as TF.js writes it")]
    [InlineData("[", "not as TF.js writes it")]
    public void Read_WrongManifest_SaysWhatWasFound(string manifest, string message)
    {
        File.WriteAllBytes(_folder.File("shard"), new byte[8]);
        string model = WriteModel(manifest);

        WeightsFormatException e = Assert.Throws<WeightsFormatException>(() => TfJsReader.Read(model));

        Assert.Contains(model, e.Message, StringComparison.Ordinal);
        Assert.Contains(message, e.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_DamagedManifest_OnlyThrowsWeightsFormatException()
    {
        File.WriteAllBytes(_folder.File("s"), new byte[11]);
        string model = WriteModel("""
            [{"paths":["s"],"weights":[{"name":"a","shape":[2],"dtype":"float32"},
              {"name":"q","shape":[3,1],"dtype":"float32","quantization":{"dtype":"uint8","scale":0.5,"min":-1}}]}]
            """);
        byte[] file = File.ReadAllBytes(model);

        (int refused, long mostAllocated) = Mutations.Run(file, .., 2000, bytes =>
        {
            File.WriteAllBytes(model, bytes.Span);
            TfJsReader.Read(model);
        });

        Assert.InRange(refused, 1000, 2000);
        Assert.InRange(mostAllocated, 0, 1024 * 1024);
    }

    [Fact]
    public void Read_JsonWithoutAManifest_SaysWhatIsMissing()
    {
        File.WriteAllText(_folder.File("package.json"), """{"name":"mobilenet"}""");

        WeightsFormatException e = Assert.Throws<WeightsFormatException>(() => TfJsReader.Read(_folder.File("package.json")));

        Assert.Contains("JSON without the 'weightsManifest' of a TF.js model", e.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_ModelBeyondTheLimit_SaysTheLimit()
    {
        byte[] model = new byte[(16 * 1024 * 1024) + 1];
        model.AsSpan().Fill((byte)' ');

        WeightsFormatException e = Assert.Throws<WeightsFormatException>(() => TfJsReader.Read("model.json", model));

        Assert.Contains("16,777,217 bytes; a TF.js model may have up to 16,777,216", e.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [Trait("Category", "Slow")]
    [InlineData("int32", "", 16_777_216, "shards have more than 268,435,456 bytes")]
    [InlineData("float32", ",\"quantization\":{\"dtype\":\"uint8\",\"scale\":1,\"min\":0}", 67_108_864, "tensors have more than "
        + "67,108,864 values")]
    public void Read_OneShardNamedOverAndOver_StaysWithinTheLimit(string type, string quantization, int count, string message)
    {
        using (FileStream shard = File.Create(_folder.File("shard")))
        {
            shard.SetLength(64 * 1024 * 1024);
        }

        string model = WriteModel($"[{string.Join(",", Enumerable.Range(0, 5).Select(i =>
            $$"""{"paths":["shard"],"weights":[{"name":"a{{i}}","shape":[{{count}}],"dtype":"{{type}}"{{quantization}}}]}"""))}]");

        Assert.Contains(message, Assert.Throws<WeightsFormatException>(() => TfJsReader.Read(model)).Reason, StringComparison.Ordinal);
    }

    private string WriteModel(string manifest)
    {
        string path = _folder.File("model.json");
        File.WriteAllText(path, $$"""{"modelTopology":{},"weightsManifest":{{manifest}}}""");
        return path;
    }

    private static byte[] Bytes(params float[] values) => MemoryMarshal.AsBytes(values.AsSpan()).ToArray();
}
