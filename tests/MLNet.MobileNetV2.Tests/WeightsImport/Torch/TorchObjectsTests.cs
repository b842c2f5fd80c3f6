using MLNet.MobileNetV2.WeightsImport.Torch;

namespace MLNet.MobileNetV2.Tests.WeightsImport.Torch;

/// <summary>What a pickle may say of storages.</summary>
public sealed class TorchObjectsTests
{
    [Fact]
    public void Storage_SaidTwiceInTheSameWay_IsOne()
    {
        var objects = new TorchObjects("hand", isLegacy: false);

        TorchStorage first = objects.Storage(new object?[] { "storage", TorchStorageType.Half, "7", "cuda:0", 3L });

        Assert.Same(first, objects.Storage(new object?[] { "storage", TorchStorageType.Half, "7", "cpu", 3L }));
        Assert.Equal(new("7", TorchStorageType.Half, 3), first);
    }

    [Fact]
    public void Storage_SaidInTwoWays_NamesIt()
    {
        var objects = new TorchObjects("hand", isLegacy: false);
        objects.Storage(new object?[] { "storage", TorchStorageType.Half, "7", "cpu", 3L });

        AssertRefused(objects, "storage '7' is described in two ways", "storage", TorchStorageType.Half, "7", "cpu", 4L);
        AssertRefused(objects, "storage '7' is described in two ways", "storage", TorchStorageType.Float, "7", "cpu", 3L);
    }

    [Theory]
    [InlineData(-1L)]
    [InlineData(long.MinValue)]
    [InlineData(0x7fffffffL)]
    [InlineData(long.MaxValue)]
    public void Storage_ImpossibleCount_NamesIt(long count) =>
        AssertRefused(
            new("hand", isLegacy: false), $"storage '7' has {count} elements", "storage", TorchStorageType.Float, "7", "cpu", count);

    [Fact]
    public void Storage_OtherDescription_IsRefused()
    {
        const string Message = "something other than a storage with type, key, device and number of elements";
        var zip = new TorchObjects("hand", isLegacy: false);
        var legacy = new TorchObjects("hand", isLegacy: true);

        AssertRefused(zip, Message);
        AssertRefused(zip, Message, "module", TorchStorageType.Float, "7", "cpu", 1L);
        AssertRefused(zip, Message, "storage", "FloatStorage", "7", "cpu", 1L);
        AssertRefused(zip, Message, "storage", TorchStorageType.Float, 7L, "cpu", 1L);
        AssertRefused(zip, Message, "storage", TorchStorageType.Float, "7", "cpu", "1");
        AssertRefused(zip, Message, "storage", TorchStorageType.Float, "7", "cpu", 1L, null);
        AssertRefused(legacy, Message, "storage", TorchStorageType.Float, "7", "cpu", 1L);
        AssertRefused(legacy, Message, "storage", TorchStorageType.Float, "7", "cpu", 1L, null, null);
    }

    [Fact]
    public void Storage_ViewOfAnother_NamesIt() => AssertRefused(
        new(
            "hand",
            isLegacy: true), "storage '7' is a view of another", "storage", TorchStorageType.Float, "7", "cpu", 1L, Array.Empty<object?>());

    private static void AssertRefused(TorchObjects objects, string message, params object?[] id)
    {
        WeightsFormatException e = Assert.Throws<WeightsFormatException>(() => objects.Storage(id));

        Assert.Contains(message, e.Reason, StringComparison.Ordinal);
    }
}
