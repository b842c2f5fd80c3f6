using System.Buffers;
using System.Runtime.InteropServices;
using System.Text;
using MLNet.MobileNetV2.WeightsImport.Torch;

namespace MLNet.MobileNetV2.Tests.WeightsImport.Torch;

/// <summary>What PyTorch writes is read as it was saved.</summary>
public sealed class TorchReaderTests
{
    private static readonly TorchTestStorage[] s_everyType =
    [
        TorchTestStorage.OfSingles("single", 1, -2.5f),
        new("half", "Half", [0x00, 0x3c, 0x01, 0x00, 0xff, 0x7b]), // 1, the smallest subnormal, 65504
        new("brain", "BFloat16", [0x80, 0x3f, 0x49, 0xc0]), // 1, -3.140625
        new("double", "Double", [.. BitConverter.GetBytes(0.1), .. BitConverter.GetBytes(-1e300)]),
        TorchTestStorage.OfSingles("none"),
        new("long", "Long", new byte[8]),
        new("int", "Int", new byte[8]),
        new("short", "Short", new byte[4]),
        new("char", "Char", new byte[3]),
        new("byte", "Byte", new byte[2]),
        new("bool", "Bool", [1]),
    ];

    [Theory]
    [InlineData(2, false)]
    [InlineData(3, false)]
    [InlineData(4, false)]
    [InlineData(5, false)]
    [InlineData(2, true)]
    [InlineData(4, true)]
    public void Read_EveryType_GivesFloatingPointValuesAsFloat32(int protocol, bool isLegacy)
    {
        byte[] pickle = TorchTestFile.StateDict(protocol, isLegacy, [.. s_everyType.Select(storage => TorchTestTensor.Vector(storage))]);
        byte[] file = isLegacy ? TorchTestFile.Legacy(pickle, s_everyType) : TorchTestFile.Zip(pickle, s_everyType);

        Assert.True(TorchReader.Recognizes(file));
        IReadOnlyDictionary<string, WeightTensor> tensors = TorchReader.Read("hand", file);

        Assert.Equal(["single", "half", "brain", "double", "none"], tensors.Keys);
        Assert.Equal([1f, -2.5f], tensors["single"].Values.ToArray());
        Assert.Equal([1f, MathF.Pow(2, -24), 65504f], tensors["half"].Values.ToArray());
        Assert.Equal([1f, -3.140625f], tensors["brain"].Values.ToArray());
        Assert.Equal([0.1f, float.NegativeInfinity], tensors["double"].Values.ToArray());
        Assert.Equal([0], tensors["none"].Shape);
        Assert.Equal([2], tensors["single"].Shape);
    }

    [Fact]
    public void Read_DeflatedEntries_GivesTheSame()
    {
        TorchTestStorage storage = TorchTestStorage.OfSingles("0", [.. Enumerable.Range(0, 500).Select(i => i % 7f)]);
        byte[] pickle = TorchTestFile.StateDict(2, isLegacy: false, new TorchTestTensor("a", storage, 0, [500], [1]));
        byte[] file = ZipBytes.Of([.. TorchTestFile.Entries(pickle, storage).Select(entry => entry with { IsDeflated = true })]);

        Assert.True(file.Length < storage.Data.Length);
        Assert.Equal(
            MemoryMarshal.Cast<byte, float>(storage.Data).ToArray(), TorchReader.Read("deflated", file)["a"].Values.ToArray());
    }

    [Fact]
    public void Read_ArchiveWithoutByteOrderOrVersion_IsAllowed()
    {
        TorchTestStorage storage = TorchTestStorage.OfSingles("0", 7);
        byte[] pickle = TorchTestFile.StateDict(2, isLegacy: false, new TorchTestTensor("a", storage, 0, [1], [1]));
        byte[] file = ZipBytes.Of(new("data.pkl", pickle), new("data/0", storage.Data));

        Assert.Equal([7f], TorchReader.Read("plain", file)["a"].Values.ToArray());
    }

    [Fact]
    public void Read_MemoryThatIsNoArray_GivesTheSame()
    {
        byte[] file = TorchTestFile.Zip(TorchTestStorage.OfSingles("a", 1, 2));
        using IMemoryOwner<byte> memory = new HiddenArray(file);

        Assert.Equal([1f, 2f], TorchReader.Read("hidden", memory.Memory)["a"].Values.ToArray());
    }

    [Fact]
    public void Read_Parameter_IsItsTensor()
    {
        TorchTestStorage storage = TorchTestStorage.OfSingles("0", 3, 4);
        byte[] pickle = new PickleBytes().Ops("}").Text("a").Global("torch._utils", "_rebuild_parameter")
            .Tensor(storage, 0, [2], [1]).Raw(0x88).EmptyOrderedDict().Raw(0x87).Ops("Rs").End();

        Assert.Equal([3f, 4f], TorchReader.Read("parameter", TorchTestFile.Zip(pickle, storage))["a"].Values.ToArray());
    }

    [Theory]
    [InlineData("N")]
    [InlineData("}")]
    public void Read_TensorWithEmptyMarks_IsAllowed(string marks)
    {
        TorchTestStorage storage = TorchTestStorage.OfSingles("0", 3);

        Assert.Equal([3f], TorchReader.Read("marks", TorchTestFile.Zip(WithMarks(storage, marks), storage))["a"].Values.ToArray());
    }

    [Fact]
    public void Read_TensorWithMarks_IsRefused()
    {
        TorchTestStorage storage = TorchTestStorage.OfSingles("0", 3);
        byte[] file = TorchTestFile.Zip(WithMarks(storage, "}K\u0001Ns"), storage);

        WeightsFormatException e = Assert.Throws<WeightsFormatException>(() => TorchReader.Read("marks", file));

        Assert.Contains("carries marks", e.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("PK\u0003")]
    [InlineData("TFL3 and more")]
    public void Recognizes_OtherFile_IsFalse(string file) => Assert.False(TorchReader.Recognizes(Encoding.ASCII.GetBytes(file)));

    [Fact]
    public void Recognizes_OtherPickle_IsFalse()
    {
        byte[] pickle = new PickleBytes().Ops("}").End();

        Assert.False(TorchReader.Recognizes(pickle));
        WeightsFormatException e = Assert.Throws<WeightsFormatException>(() => TorchReader.Read("other.pkl", pickle));
        Assert.Equal("other.pkl", e.FileOrName);
        Assert.Contains("magic number", e.Reason, StringComparison.Ordinal);
    }

    private static byte[] WithMarks(TorchTestStorage storage, string marks) =>
        new PickleBytes().Ops("}").Text("a").Global("torch._utils", "_rebuild_tensor_v2").Ops("(").Storage(storage)
            .Integer(0).Tuple(1).Tuple(1).Raw(0x89).EmptyOrderedDict().Ops(marks).Ops("tRs").End();

    /// <summary>Memory that does not show its array, as that of a mapped file has none.</summary>
    private sealed class HiddenArray(byte[] bytes) : MemoryManager<byte>
    {
        public override Span<byte> GetSpan() => bytes;

        public override MemoryHandle Pin(int elementIndex = 0) => throw new NotSupportedException();

        public override void Unpin() => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
        }
    }
}
