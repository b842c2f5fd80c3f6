using System.Text;
using MLNet.MobileNetV2.WeightsImport.Torch;

namespace MLNet.MobileNetV2.Tests.WeightsImport.Torch;

/// <summary>The errors of the zip form.</summary>
public sealed class TorchArchiveTests
{
    private static readonly TorchTestStorage s_storage = TorchTestStorage.OfSingles("0", 1, 2);
    private static readonly ZipTestEntry s_pickle =
        new("model/data.pkl", TorchTestFile.StateDict(2, isLegacy: false, new TorchTestTensor("a", s_storage, 0, [2], [1])));

    private static readonly ZipTestEntry s_data = new("model/data/0", s_storage.Data);

    [Fact]
    public void Read_Script_NamesItsCode()
    {
        byte[] pickle = new PickleBytes().Global("__torch__.net", "Net").Ops(")").Raw(0x81).End();

        AssertRefused("holds a '__torch__.net.Net', which is code", new("net/data.pkl", pickle), new("net/code/__torch__/net.py", []));
    }

    [Fact]
    public void Read_OtherZip_SaysThatThereIsNoPickle()
    {
        AssertRefused("has 0 entries named data.pkl");
        AssertRefused("has 0 entries named data.pkl", new ZipTestEntry("readme.txt", [1]));
        AssertRefused("has 0 entries named data.pkl", new ZipTestEntry("model/metadata.pkl", [1]));
    }

    [Fact]
    public void Read_TwoPickles_SaysSo() =>
        AssertRefused("has 2 entries named data.pkl", s_pickle, s_pickle with { Name = "other/data.pkl" }, s_data);

    [Theory]
    [InlineData("big")]
    [InlineData("")]
    [InlineData("little\n")]
    public void Read_OtherByteOrder_IsRefused(string order) => AssertRefused(
        "byte order is not 'little'", s_pickle, s_data, new("model/byteorder", Encoding.ASCII.GetBytes(order)));

    [Fact]
    public void Read_LongByteOrder_IsRefused() =>
        AssertRefused("'model/byteorder' has 17 bytes; up to 16", s_pickle, s_data, new("model/byteorder", new byte[17]));

    [Fact]
    public void Read_LongPickle_IsRefused() => AssertRefused(
        "'model/data.pkl' has 16,777,217 bytes; up to 16,777,216", s_pickle with
        {
            Data = new byte[(16 * 1024 * 1024) + 1],
            IsDeflated = true,
        });

    [Fact]
    public void Read_DataMissing_NamesTheEntry() =>
        AssertRefused("no entry 'model/data/0'", s_pickle, s_data with { Name = "model/data/1" });

    [Theory]
    [InlineData(0)]
    [InlineData(7)]
    [InlineData(9)]
    public void Read_DataOfAnotherLength_NamesTheTensor(int length) => AssertRefused(
        $"the tensor 'a' needs 8 bytes for its storage '0' of Float; the file has {length}", s_pickle, s_data with
        {
            Data = new byte[length],
        });

    [Fact]
    public void Read_CounterOfAnotherLength_NamesTheTensor()
    {
        var counter = new TorchTestStorage("0", "Long", new byte[8]);
        byte[] pickle = TorchTestFile.StateDict(2, isLegacy: false, new TorchTestTensor("count", counter, 0, [], []));

        AssertRefused("the tensor 'count' needs 8 bytes", new("a/data.pkl", pickle), new("a/data/0", new byte[7]));
    }

    [Fact]
    public void Read_EntryTwice_NamesIt()
    {
        AssertRefused("the entry 'model/data/0' twice", s_pickle, s_data, s_data);
        AssertRefused("the entry 'model/data.pkl' twice", s_pickle, s_pickle, s_data);
    }

    [Fact]
    public void Read_EncryptedEntry_NamesIt() => AssertRefused("'model/data/0' is encrypted", s_pickle, s_data with { IsEncrypted = true });

    [Fact]
    public void Read_DamagedDeflate_NamesTheEntry()
    {
        byte[] file = ZipBytes.Of(s_pickle, s_data with { IsDeflated = true });
        int start = file.AsSpan().IndexOf("model/data/0"u8);
        start += "model/data/0"u8.Length + 4 + BitConverter.ToUInt16(file, start + "model/data/0"u8.Length + 2);
        file[start] = 7; // a block of the type 3, which does not exist

        WeightsFormatException e = Assert.Throws<WeightsFormatException>(() => TorchReader.Read("bad.pth", file));

        Assert.Contains("its entry 'model/data/0' is damaged", e.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_MoreThanTheEntrySays_NamesIt() => AssertRefused(
        "'model/data/0' has more than the 8 bytes", s_pickle, s_data with { Data = new byte[9], Length = 8 });

    [Fact]
    public void Read_LessThanTheEntrySays_NamesIt() => AssertRefused(
        "its entry 'model/data/0' is damaged", s_pickle, s_data with { Data = new byte[7], Length = 8 });

    [Fact]
    public void Read_LengthThatNoCompressionReaches_NamesTheEntry()
    {
        var storage = new TorchTestStorage("0", "Byte", []) { Count = 100_000_000 };
        byte[] pickle = TorchTestFile.StateDict(2, isLegacy: false, new TorchTestTensor("a", storage, 0, [100_000_000], [1]));

        AssertRefused(
            "'model/data/0' claims 100,000,000 bytes, which cannot come from its 4",
            s_pickle with { Data = pickle },
            s_data with { Data = new byte[4], Length = 100_000_000 });
    }

    private static void AssertRefused(string message, params ZipTestEntry[] entries)
    {
        byte[] file = ZipBytes.Of(entries);
        WeightsFormatException e = Assert.Throws<WeightsFormatException>(
            () => TorchReader.Read("bad.pth", entries.Length == 0 ? [.. "PK\u0003\u0004"u8, .. file] : file));

        Assert.Equal("bad.pth", e.FileOrName);
        Assert.Contains(message, e.Reason, StringComparison.Ordinal);
    }
}
