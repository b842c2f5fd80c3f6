using MLNet.MobileNetV2.Pretrained;
using MLNet.MobileNetV2.Tests.WeightsImport;
using MLNet.MobileNetV2.Weights;

namespace MLNet.MobileNetV2.Tests.Weights;

public sealed class SafetensorsReaderTests
{
    [Fact]
    public void Read_EveryType_GivesTheValuesAsFloat32()
    {
        const string Header = """
            {"__metadata__":{"source":"by hand","empty":""},
             "half":{"dtype":"F16","shape":[3],"data_offsets":[8,14]},
             "single":{"dtype":"F32","shape":[2,1],"data_offsets":[0,8]},
             "brain":{"dtype":"BF16","shape":[2],"data_offsets":[14,18]},
             "none":{"dtype":"F32","shape":[0,4],"data_offsets":[18,18]}}
            """;
        byte[] data =
        [
            0x00, 0x00, 0x80, 0x3f, 0x00, 0x00, 0x20, 0xc0, // 1, -2.5
            0x00, 0x3c, 0x01, 0x00, 0xff, 0x7b, // 1, the smallest subnormal, 65504
            0x80, 0x3f, 0x49, 0xc0, // 1, -3.140625
        ];

        SafetensorsFile file = SafetensorsReader.Read("hand", SafetensorsBytes.Of(Header, data));

        Assert.Equal(4, file.Tensors.Count);
        Assert.Equal([2, 1], file.Tensors["single"].Shape);
        Assert.Equal([1f, -2.5f], file.Tensors["single"].Values.ToArray());
        Assert.Equal([1f, MathF.Pow(2, -24), 65504f], file.Tensors["half"].Values.ToArray());
        Assert.Equal([1f, -3.140625f], file.Tensors["brain"].Values.ToArray());
        Assert.Equal(0, file.Tensors["none"].Values.Length);
        Assert.Equal("by hand", file.Metadata["source"]);
        Assert.Equal("", file.Metadata["empty"]);
    }

    [Fact]
    public void Read_Counters_ArePassedOver()
    {
        const string Header =
            """{"count":{"dtype":"I64","shape":[],"data_offsets":[0,8]},"a":{"dtype":"F32","shape":[1],"data_offsets":[8,12]}}""";

        SafetensorsFile file = SafetensorsReader.Read("hand", SafetensorsBytes.Of(Header, 7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 64));

        Assert.Equal("a", Assert.Single(file.Tensors).Key);
    }

    [Fact]
    public void Read_ScalarAndTrailingSpaces_AreAllowed()
    {
        const string Header = """{"scalar":{"dtype":"F32","shape":[],"data_offsets":[0,4]}}   """;

        SafetensorsFile file = SafetensorsReader.Read("hand", SafetensorsBytes.Of(Header, 0, 0, 0, 64));

        Assert.Empty(file.Tensors["scalar"].Shape);
        Assert.Equal([2f], file.Tensors["scalar"].Values.ToArray());
        Assert.Empty(file.Metadata);
    }

    [Theory]
    [InlineData("""{"a":{"dtype":"F64","shape":[1],"data_offsets":[0,8]}}""", 8, "the type 'F64'; F32, F16, BF16 and I8")]
    [InlineData("""{"a":{"dtype":"I64","shape":[2],"data_offsets":[0,8]}}""", 8, "do not fit I64 of shape [2]")]
    [InlineData("""{"a":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}}""", 8, "offsets 0 and 8, which do not fit F32 of shape [3]")]
    [InlineData("""{"a":{"dtype":"F32","shape":[-2],"data_offsets":[0,8]}}""", 8, "do not fit F32 of shape [-2]")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}}""", 8, "offsets 8 and 0")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[-8,0]}}""", 8, "offsets -8 and 0")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8,9]}}""", 8, "3 data offsets")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", 4, "it has 4 bytes of data; its tensors have 8")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", 12, "it has 12 bytes of data; its tensors have 8")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}}""", 12, "begins at 4; the one before it ends at 0")]
    [
        InlineData(
            """{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}}""",
            12,
            "begins at 4; the one before it ends at 8"),
    ]
    [
        InlineData(
            """{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"a":{"dtype":"F32","shape":[0],"data_offsets":[8,8]}}""",
            8,
            "not as the format demands"),
    ]
    [
        InlineData(
            """{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"\u0061":{"dtype":"F32","shape":[0],"data_offsets":[8,8]}}""",
            8,
            "not as the format demands"),
    ]
    [InlineData("""{"__metadata__":{"a":"x","\u0061":"y"}}""", 0, "not as the format demands")]
    [InlineData("""{"__metadata__":{"a":1}}""", 0, "not as the format demands")]
    [InlineData("""{"__metadata__":{"a":"\ud800"}}""", 0, "not as the format demands")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1.5],"data_offsets":[0,8]}}""", 8, "not as the format demands")]
    [InlineData("""{"a":{"dtype":"F32","shape":[99999999999],"data_offsets":[0,8]}}""", 8, "not as the format demands")]
    [InlineData("""{"a":{"shape":[2],"data_offsets":[0,8]}}""", 8, "not as the format demands")]
    [InlineData("""{"a":[[[[[[]]]]]]}""", 0, "not as the format demands")]
    [InlineData("""{"a":7}""", 0, "not as the format demands")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1,1,1,1,1,1,1,1,1],"data_offsets":[0,4]}}""", 4, "9 dimensions; up to 8")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2147483647,2147483647,2147483647],"data_offsets":[0,4]}}""", 4, "do not fit F32")]
    [InlineData("{", 0, "not as the format demands")]
    [InlineData("[]", 0, "header does not fit")]
    [InlineData("", 0, "header does not fit")]
    public void Read_MalformedFile_SaysWhatWasFound(string header, int dataLength, string message)
    {
        byte[] file = SafetensorsBytes.Of(header, new byte[dataLength]);

        WeightsFormatException e = Assert.Throws<WeightsFormatException>(() => SafetensorsReader.Read("bad.safetensors", file));

        Assert.Contains("bad.safetensors", e.Message, StringComparison.Ordinal);
        Assert.Contains(message, e.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(3UL)]
    [InlineData(ulong.MaxValue)]
    [InlineData(1UL << 63)]
    public void Read_HeaderLongerThanTheFile_Throws(ulong length)
    {
        byte[] file = SafetensorsBytes.OfLength("{}", length);

        Assert.Throws<WeightsFormatException>(() => SafetensorsReader.Read("bad", file));
    }

    [Fact]
    public void Read_HeaderAboveTheLimit_SaysTheLimit()
    {
        string header = "{}" + new string(' ', SafetensorsHeader.MaxLength);

        WeightsFormatException e = Assert.Throws<WeightsFormatException>(() => SafetensorsReader.Read("bad", SafetensorsBytes.Of(header)));

        Assert.Contains($"up to {SafetensorsHeader.MaxLength:N0} are allowed", e.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_DamagedFile_OnlyThrowsWeightsFormatException()
    {
        byte[] file = EmbeddedFile.Read(EmbeddedFile.Weights);
        int headerLength = 8 + BitConverter.ToInt32(file);

        (int refused, long mostAllocated) = Mutations.Run(file, ..headerLength, 2000, bytes => SafetensorsReader.Read("damaged", bytes));

        Assert.InRange(refused, 1000, 2000);
        Assert.InRange(mostAllocated, 0, 6L * file.Length);
    }
}
