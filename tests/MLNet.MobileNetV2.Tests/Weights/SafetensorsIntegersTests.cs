using FsCheck.Xunit;
using MLNet.MobileNetV2.Tests.WeightsImport;
using MLNet.MobileNetV2.Weights;

namespace MLNet.MobileNetV2.Tests.Weights;

/// <summary>Tensors of int8 with a scale a channel: reading, and writing.</summary>
public sealed class SafetensorsIntegersTests
{
    [Theory]
    [InlineData("F32", new byte[] { 0, 0, 0, 0x40, 0, 0, 0, 0x3f })]
    [InlineData("F16", new byte[] { 0, 0x40, 0, 0x38 })]
    [InlineData("BF16", new byte[] { 0, 0x40, 0, 0x3f })]
    public void Read_IntegersWithScales_GivesTheProducts(string type, byte[] scales)
    {
        string header = $$$"""
            {"k":{"dtype":"I8","shape":[2,1,2],"data_offsets":[0,4]},
             "k.scale":{"dtype":"{{{type}}}","shape":[2],"data_offsets":[4,{{{4 + scales.Length}}}]}}
            """;

        SafetensorsFile file = SafetensorsReader.Read("hand", SafetensorsBytes.Of(header, [0x7f, 0x80, 0xff, 0, .. scales]));

        (string name, WeightTensor tensor) = Assert.Single(file.Tensors);
        Assert.Equal("k", name);
        Assert.Equal([2, 1, 2], tensor.Shape);
        Assert.Equal([254f, -256f, -0.5f, 0f], tensor.Values.ToArray());
    }

    [Fact]
    public void Read_ScaleOfNoIntegers_IsATensorAsOthers()
    {
        const string Header = """
            {"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"a.scale":{"dtype":"F32","shape":[1],"data_offsets":[4,8]},
             "b.scale":{"dtype":"F32","shape":[1],"data_offsets":[8,12]}}
            """;

        SafetensorsFile file = SafetensorsReader.Read("hand", SafetensorsBytes.Of(Header, new byte[12]));

        Assert.Equal(["a", "a.scale", "b.scale"], file.Tensors.Keys.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Read_IntegersOfNoChannels_GivesNoValues()
    {
        const string Header = """
            {"k":{"dtype":"I8","shape":[0,3],"data_offsets":[0,0]},"k.scale":{"dtype":"F32","shape":[0],"data_offsets":[0,0]}}
            """;

        Assert.Equal([0, 3], SafetensorsReader.Read("hand", SafetensorsBytes.Of(Header)).Tensors["k"].Shape);
    }

    [Theory]
    [InlineData("", 0, "the tensor 'k.scale' is missing; 'k' of type I8 needs one of F32, F16 or BF16 of shape [2].")]
    [InlineData(""","k.scale":{"dtype":"I64","shape":[2],"data_offsets":[4,20]}""", 16, "'k.scale' is missing; 'k' of type I8 needs")]
    [InlineData(""","k.scale":{"dtype":"I8","shape":[2],"data_offsets":[4,6]}""", 2, "'k.scale' is missing; 'k' of type I8 needs")]
    [InlineData(""","k.scale":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}""", 4, "'k.scale' has shape [1]; 'k' of type I8 needs")]
    [InlineData(""","k.scale":{"dtype":"F32","shape":[2,1],"data_offsets":[4,12]}""", 8, "'k.scale' has shape [2, 1]; 'k' of type I8")]
    [InlineData(""","k.scale":{"dtype":"F32","shape":[],"data_offsets":[4,8]}""", 4, "'k.scale' has shape []; 'k' of type I8 needs")]
    public void Read_IntegersWithoutTheirScales_SaysWhatIsNeeded(string scale, int scaleLength, string message) => AssertRefused(
        $$$"""{"k":{"dtype":"I8","shape":[2,2],"data_offsets":[0,4]}{{{scale}}}}""", new byte[4 + scaleLength], message);

    [Theory]
    [InlineData(float.NaN, "NaN")]
    [InlineData(float.PositiveInfinity, "Infinity")]
    [InlineData(-0.5f, "-0.5")]
    public void Read_ScaleThatIsNone_NamesTheTensorAndTheValue(float scale, string shown) => AssertRefused(
        """{"k":{"dtype":"I8","shape":[1,4],"data_offsets":[0,4]},"k.scale":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""",
        [1, 2, 3, 4, .. BitConverter.GetBytes(scale)],
        $"the tensor 'k.scale' holds {shown}; scales must be finite and not negative.");

    [Fact]
    public void Read_IntegersWithoutDimensions_NamesTheTensor() => AssertRefused(
        """{"k":{"dtype":"I8","shape":[],"data_offsets":[0,1]}}""", [0], "the tensor 'k' of type I8 has no dimensions");

    [Fact]
    public void Read_DamagedFile_OnlyThrowsWeightsFormatException()
    {
        byte[] file = Write(TestWeights.Tensors());
        int headerLength = 8 + BitConverter.ToInt32(file);

        (int refused, long mostAllocated) = Mutations.Run(file, ..headerLength, 1000, bytes => SafetensorsReader.Read("damaged", bytes));

        Assert.InRange(refused, 500, 1000);
        Assert.InRange(mostAllocated, 0, 6L * file.Length);
    }

    [Fact]
    public void Write_KernelAndBias_IsIntegersBehindScalesAndBiasToTheByte()
    {
        byte[] file = Write(new()
        {
            ["a"] = new([2, 1, 4, 4], (float[])[127f, -63.6f, .. new float[30]]),
            ["b"] = new([1], (float[])[-2f]),
        });

        const string Header = """{"a.scale":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[1],"""
            + "\"data_offsets\":" + """[8,12]},"a":{"dtype":"I8","shape":[2,1,4,4],"data_offsets":[12,44]}}""";
        string padded = Header.PadRight((Header.Length + 7) / 8 * 8);
        Assert.Equal(
            SafetensorsBytes.Of(padded, [0, 0, 0x80, 0x3f, 0, 0, 0, 0, 0, 0, 0, 0xc0, 0x7f, 0xc0, .. new byte[30]]), file);
    }

    [Fact]
    public void Write_DepthwiseKernel_StaysFloat()
    {
        float[] values = [.. Enumerable.Range(0, 18).Select(value => value / 7f)];

        byte[] file = Write(new() { ["x"] = new([2, 1, 3, 3], values) });
        float[] read = SafetensorsReader.Read("depthwise", file).Tensors["x"].Values.ToArray();

        Assert.Equal(values, read);
    }

    [Property]
    public bool WriteThenRead_IsWithinHalfAStep(float[] values, byte channels)
    {
        float[] finite = [.. Enumerable.Repeat(values, 16).SelectMany(all => all).Select(value => float.IsFinite(value) ? value : 1)];
        int rows = finite.Length == 0 ? channels : 1 + (channels % (finite.Length / 16));
        int length = finite.Length / Math.Max(1, rows);
        var tensor = new WeightTensor([rows, length], finite.AsMemory(0, rows * length));

        float[] read = SafetensorsReader.Read("round trip", Write(new() { ["x"] = tensor })).Tensors["x"].Values.ToArray();

        return Enumerable.Range(0, rows).All(row =>
        {
            float[] own = [.. finite.Skip(row * length).Take(length)];
            double step = own.Select(value => Math.Abs((double)value)).DefaultIfEmpty().Max() / 127;

            // Half a step, rounding, and the coarseness of the smallest numbers.
            double allowed = (step * 0.50001) + (127 * float.Epsilon);
            return own.Zip(read.Skip(row * length), (left, right) => Math.Abs((double)left - right)).All(error => error <= allowed);
        });
    }

    [Property]
    public bool Write_InAnyOrder_GivesTheSameBytes(float[] values)
    {
        float[] finite = [.. values.Where(float.IsFinite), .. new float[16]];
        int length = finite.Length;
        var tensors = new Dictionary<string, WeightTensor> { ["x"] = new([1, length], finite), ["y"] = new([length], finite) };

        return Write(tensors).AsSpan().SequenceEqual(Write(new(tensors.Reverse())));
    }

    [Theory]
    [InlineData(float.NaN, "NaN")]
    [InlineData(float.NegativeInfinity, "-Infinity")]
    public void Write_ValueThatIsNotFinite_NamesTensorAndValue(float value, string shown)
    {
        float[] values = [value, .. new float[15]];

        ArgumentException e = Assert.Throws<ArgumentException>(() => Write(new() { ["k"] = new([1, 16], values) }));

        Assert.Contains($"'k' holds {shown}; I8 holds finite values", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Write_TensorOfTheNameOfScales_Throws()
    {
        ArgumentException e = Assert.Throws<ArgumentException>(
            () => Write(new() { ["k"] = new([1, 16], new float[16]), ["k.scale"] = new([1], new float[1]) }));

        Assert.Contains("'k.scale', which is the name of the scales of 'k'", e.Message, StringComparison.Ordinal);
    }

    private static byte[] Write(Dictionary<string, WeightTensor> tensors)
    {
        using var stream = new MemoryStream();
        SafetensorsWriter.Write(stream, tensors, new Dictionary<string, string>(), SafetensorsType.I8);
        return stream.ToArray();
    }

    private static void AssertRefused(string header, byte[] data, string message)
    {
        byte[] file = SafetensorsBytes.Of(header, data);

        WeightsFormatException e = Assert.Throws<WeightsFormatException>(() => SafetensorsReader.Read("bad.safetensors", file));

        Assert.Contains("bad.safetensors", e.Message, StringComparison.Ordinal);
        Assert.Contains(message, e.Reason, StringComparison.Ordinal);
    }
}
