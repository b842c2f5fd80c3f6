using System.Text;
using FsCheck.Xunit;
using MLNet.MobileNetV2.Weights;

namespace MLNet.MobileNetV2.Tests.Weights;

public sealed class SafetensorsWriterTests
{
    private static readonly Dictionary<string, string> s_noMetadata = [];

    [Fact]
    public void Write_SmallFile_IsTheSpecificationToTheByte()
    {
        var tensors = new Dictionary<string, WeightTensor> { ["b"] = new([2], (float[])[1f, -2f]), ["a"] = new([1, 1], (float[])[0.5f]) };
        var metadata = new Dictionary<string, string> { ["z"] = "1", ["k"] = "é" };

        byte[] file = Write(tensors, metadata, SafetensorsType.F16);

        const string Header = """{"__metadata__":{"k":"\u00E9","z":"1"},"a":{"dtype":"F16","shape":[1,1],"data_offsets":[0,2]}"""
            + ""","b":{"dtype":"F16","shape":[2],"data_offsets":[2,6]}}""";
        string padded = Header.PadRight((Header.Length + 7) / 8 * 8);
        Assert.Equal(SafetensorsBytes.Of(padded, 0x00, 0x38, 0x00, 0x3c, 0x00, 0xc0), file);
        Assert.Equal(0, (Encoding.UTF8.GetByteCount(padded) + 8) % 8);
    }

    [Property]
    public bool WriteF32ThenRead_GivesTheSameBits(Dictionary<string, float[]> values)
    {
        Dictionary<string, WeightTensor> tensors = Tensors(values);

        SafetensorsFile read = SafetensorsReader.Read("round trip", Write(tensors, s_noMetadata, SafetensorsType.F32));

        return read.Tensors.Count == tensors.Count
            && tensors.All(
                pair => Bits(read.Tensors[pair.Key]).SequenceEqual(Bits(pair.Value)) && read.Tensors[pair.Key].Shape.SequenceEqual(
                    pair.Value.Shape));
    }

    [Property]
    public bool WriteF16ThenRead_GivesTheNearestHalf(float[] values)
    {
        float[] small = [.. values.Select(value => float.IsFinite(value) ? value % 60_000 : value)];
        Dictionary<string, WeightTensor> tensors = new() { ["x"] = new([small.Length], small) };

        SafetensorsFile read = SafetensorsReader.Read("round trip", Write(tensors, s_noMetadata, SafetensorsType.F16));

        return read.Tensors["x"].Values.ToArray().SequenceEqual(small.Select(value => (float)(Half)value));
    }

    [Property]
    public bool Write_InAnyOrder_GivesTheSameBytes(Dictionary<string, float[]> values)
    {
        Dictionary<string, WeightTensor> tensors = Tensors(values);
        var reversed = new Dictionary<string, WeightTensor>(tensors.Reverse());

        return Write(tensors, s_noMetadata, SafetensorsType.F32).AsSpan().SequenceEqual(Write(reversed, s_noMetadata, SafetensorsType.F32));
    }

    [Fact]
    public void WriteF16_ValueBeyondItsRange_NamesTensorAndValue()
    {
        var tensors = new Dictionary<string, WeightTensor> { ["big"] = new([1], (float[])[70_000f]) };

        ArgumentException e = Assert.Throws<ArgumentException>(() => Write(tensors, s_noMetadata, SafetensorsType.F16));

        Assert.Contains("'big' holds 70000; F16 goes up to 65504", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void WriteBF16_Throws()
    {
        ArgumentException e = Assert.Throws<ArgumentException>(
            () => Write(new Dictionary<string, WeightTensor>(), s_noMetadata, SafetensorsType.BF16));

        Assert.Contains("BF16; F32, F16 and I8 are written", e.Message, StringComparison.Ordinal);
    }

    private static byte[] Write(Dictionary<string, WeightTensor> tensors, Dictionary<string, string> metadata, SafetensorsType type)
    {
        using var stream = new MemoryStream();
        SafetensorsWriter.Write(stream, tensors, metadata, type);
        return stream.ToArray();
    }

    // Names go through JSON, which knows no lone surrogates; the ordinal is kept in front so that no two become equal.
    private static Dictionary<string, WeightTensor> Tensors(Dictionary<string, float[]> values) => values
        .Select(
            (pair, i) =>
                ($"{i} {string.Concat(pair.Key.Where(c => !char.IsSurrogate(c)))}", new WeightTensor([1, pair.Value.Length], pair.Value)))
        .ToDictionary(StringComparer.Ordinal);

    private static uint[] Bits(WeightTensor tensor) => [.. tensor.Values.ToArray().Select(BitConverter.SingleToUInt32Bits)];
}
