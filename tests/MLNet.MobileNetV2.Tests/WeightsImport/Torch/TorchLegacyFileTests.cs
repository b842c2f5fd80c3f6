using MLNet.MobileNetV2.WeightsImport.Torch;

namespace MLNet.MobileNetV2.Tests.WeightsImport.Torch;

/// <summary>The form before PyTorch 1.6, as Python 2 wrote it too, and its errors.</summary>
public sealed class TorchLegacyFileTests
{
    private static readonly TorchTestStorage s_storage = TorchTestStorage.OfSingles("94", 1, 2);
    private static readonly byte[] s_pickle = TorchTestFile.StateDict(2, isLegacy: true, new TorchTestTensor("a", s_storage, 0, [2], [1]));

    [Fact]
    public void Read_FileOfPython2_GivesItsTensors()
    {
        // Pairs given to the constructor, text as bytes, and numbers of the type long.
        byte[] pickle = new PickleBytes().Global("collections", "OrderedDict").Ops("]](U\u0001a")
            .Global("torch._utils", "_rebuild_tensor_v2").Ops("((U\u0007storage").Global("torch", "FloatStorage")
            .Ops("U\u000294U\u0003cpu\u008a\u0001\u0002NtQ\u008a\u0000\u008a\u0001\u0002\u0085\u008a\u0001\u0001\u0085\u0089")
            .EmptyOrderedDict().Ops("tRea\u0085R").End();

        Assert.Equal([1f, 2f], TorchReader.Read("old", TorchTestFile.Legacy(pickle, s_storage))["a"].Values.ToArray());
    }

    [Fact]
    public void Read_OtherMagicNumber_IsRefused()
    {
        byte[] file = TorchTestFile.Legacy(s_pickle, s_storage);
        file[13] ^= 1;

        AssertRefused("does not begin with PyTorch's magic number", file);
    }

    [Fact]
    public void Read_OtherProtocolVersion_IsRefused()
    {
        byte[] file = TorchTestFile.Legacy(s_pickle, s_storage);
        file[18] ^= 1;

        AssertRefused("protocol version is not 1001", file);
    }

    [Fact]
    public void Read_BigEndianSystem_IsRefused() =>
        AssertRefused("not written in little-endian order", [.. TorchTestFile.LegacyHeader(isLittleEndian: false), .. s_pickle]);

    [Fact]
    public void Read_SystemThatIsNoDictionary_IsRefused()
    {
        byte[] header = TorchTestFile.LegacyHeader();

        AssertRefused("not written in little-endian order", [.. header[..21], .. new PickleBytes().Ops("N").End()]);
    }

    [Fact]
    public void Read_NoKeys_IsRefused() =>
        AssertRefused("not followed by a list of its storages' keys", [.. TorchTestFile.LegacyHeader(), .. s_pickle, .. s_pickle]);

    [Fact]
    public void Read_KeyThatIsNoText_IsRefused() => AssertRefused(
        "the key of a storage is not text", [.. TorchTestFile.LegacyHeader(), .. s_pickle, .. new PickleBytes().Ops("]K\u0001a").End()]);

    [Fact]
    public void Read_StorageThatTheObjectDoesNotName_IsRefused() =>
        AssertRefused("the storage '7', which its object does not name", TorchTestFile.Legacy(s_pickle, s_storage with { Key = "7" }));

    [Theory]
    [InlineData(3)]
    [InlineData(1)]
    [InlineData(-1)]
    [InlineData(long.MinValue)]
    [InlineData(long.MaxValue)]
    public void Read_OtherNumberOfElements_NamesTheStorage(long count) => AssertRefused(
        $"it has {count} elements for the storage '94'; its object names 2", TorchTestFile.Legacy(
            s_pickle, s_storage with { Count = count }));

    [Fact]
    public void Read_StorageTwice_NamesIt() =>
        AssertRefused("the storage '94' appear twice", TorchTestFile.Legacy(s_pickle, s_storage, s_storage));

    [Fact]
    public void Read_StorageMissing_NamesIt() =>
        AssertRefused("the elements of its storage '94' are missing", TorchTestFile.Legacy(s_pickle));

    [Fact]
    public void Read_BytesBehindTheStorages_AreRefused() =>
        AssertRefused("it has 1 bytes more than its storages", [.. TorchTestFile.Legacy(s_pickle, s_storage), 0]);

    [Fact]
    public void Read_WholeModule_SaysWhatToSave()
    {
        byte[] pickle = new PickleBytes().Ops("(").Text("module").Global("net", "Net").Text("net.py").Text("class Net: pass").Ops(
            "tQ").End();

        AssertRefused("holds a 'net.Net', which is code", [.. TorchTestFile.LegacyHeader(), .. pickle]);
    }

    private static void AssertRefused(string message, byte[] file)
    {
        WeightsFormatException e = Assert.Throws<WeightsFormatException>(() => TorchReader.Read("bad.pth", file));

        Assert.Equal("bad.pth", e.FileOrName);
        Assert.Contains(message, e.Reason, StringComparison.Ordinal);
    }
}
