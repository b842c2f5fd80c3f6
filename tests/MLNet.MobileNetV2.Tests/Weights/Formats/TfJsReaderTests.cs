using System.Runtime.InteropServices;
using MLNet.MobileNetV2.Tests.Support;
using MLNet.MobileNetV2.Weights;
using MLNet.MobileNetV2.Weights.Formats;

namespace MLNet.MobileNetV2.Tests.Weights.Formats;

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
        File.WriteAllBytes(_folder.File("other.bin"), [0, 10, 255, 1, 0, 0, 1]);
        string model = WriteModel("""
            [{"paths":["shard1","shard2"],"weights":[
               {"name":"a/b","shape":[3,1],"dtype":"float32"},
               {"name":"skipped","shape":[],"dtype":"int32"},
               {"name":"scalar","shape":[],"dtype":"float32"}]},
             {"paths":["other.bin"],"weights":[
               {"name":"q8","shape":[3],"dtype":"float32","quantization":{"dtype":"uint8","scale":0.5,"min":-1}},
               {"name":"q16","shape":[2],"dtype":"float32","quantization":{"dtype":"uint16","scale":2,"min":1}}]}]
            """);

        IReadOnlyDictionary<string, WeightTensor> tensors = TfJsReader.Read(model);

        Assert.Equal(["a/b", "q16", "q8", "scalar"], tensors.Keys.Order(StringComparer.Ordinal));
        Assert.Equal([3, 1], tensors["a/b"].Shape);
        Assert.Equal([1f, 2f, 3f], tensors["a/b"].Values.ToArray());
        Assert.Equal([-4f], tensors["scalar"].Values.ToArray());
        Assert.Equal([-1f, 4f, 126.5f], tensors["q8"].Values.ToArray());
        Assert.Equal([3f, 513f], tensors["q16"].Values.ToArray());
    }

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
    [InlineData("""[{"paths":["shard"],"weights":[{"name":"a","shape":[3],"dtype":"float32"}]}]""", "'a' of type 'float32' and shape [3] does not fit the 8 bytes")]
    [InlineData("""[{"paths":["shard"],"weights":[{"name":"a","shape":[1],"dtype":"float32"}]}]""", "4 bytes more than their tensors")]
    [InlineData("""[{"paths":["shard"],"weights":[{"name":"a","shape":[-1],"dtype":"float32"}]}]""", "shape [-1] does not fit")]
    [InlineData("""[{"paths":["shard"],"weights":[{"name":"a","shape":[1],"dtype":"string"}]}]""", "type 'string'")]
    [InlineData("""[{"paths":["shard"],"weights":[{"name":"a","shape":[2],"dtype":"float32","quantization":{"dtype":"int32","scale":1,"min":0}}]}]""", "quantised to 'int32'; uint8 and uint16")]
    [InlineData("""[{"paths":["shard"],"weights":[{"name":"a","shape":[8],"dtype":"float32","quantization":{"dtype":"uint8"}}]}]""", "not as TF.js writes it")]
    [InlineData("""[{"paths":["shard"],"weights":[{"name":"a","shape":[1],"dtype":"float32"},{"name":"a","shape":[1],"dtype":"float32"}]}]""", "'a' is there twice")]
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

    private string WriteModel(string manifest)
    {
        string path = _folder.File("model.json");
        File.WriteAllText(path, $$"""{"modelTopology":{},"weightsManifest":{{manifest}}}""");
        return path;
    }

    private static byte[] Bytes(params float[] values) => MemoryMarshal.AsBytes(values.AsSpan()).ToArray();
}
