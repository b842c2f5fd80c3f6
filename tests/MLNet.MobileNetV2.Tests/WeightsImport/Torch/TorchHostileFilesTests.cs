using MLNet.MobileNetV2.WeightsImport.Torch;

namespace MLNet.MobileNetV2.Tests.WeightsImport.Torch;

/// <summary>
/// Damaged and malicious checkpoints give nothing but <see cref="WeightsFormatException"/>, soon and within little memory.
/// </summary>
public sealed class TorchHostileFilesTests
{
    private const int Mutants = 2000;

    // Exceptions, the zip directory and small pickles have a size of their own; compressed entries may claim a thousandfold.
    private const long SmallFileMemory = 16 * 1024 * 1024;

    private const long Mebibyte = 1024 * 1024;

    private static readonly TorchTestStorage s_weights = TorchTestStorage.OfSingles("0", [.. Enumerable.Range(0, 24).Select(i => i / 8f)]);
    private static readonly TorchTestStorage s_halves = new("1", "Half", new byte[12]);
    private static readonly TorchTestStorage s_counter = new("2", "Long", new byte[8]);
    private static readonly TorchTestStorage[] s_storages = [s_weights, s_halves, s_counter];

    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    public void Read_DamagedArchive_OnlyThrowsWeightsFormatException(int protocol)
    {
        byte[] file = TorchTestFile.Zip(StateDict(protocol, isLegacy: false), s_storages);

        (int refused, long mostAllocated) = Mutations.Run(file, .., Mutants, bytes => TorchReader.Read("damaged", bytes));

        Assert.InRange(refused, Mutants / 4, Mutants);
        Assert.InRange(mostAllocated, 0, SmallFileMemory);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    public void Read_DamagedPickleInASoundArchive_OnlyThrowsWeightsFormatException(int protocol)
    {
        byte[] pickle = StateDict(protocol, isLegacy: false);

        (int refused, long mostAllocated) = Mutations.Run(
            pickle, .., Mutants, bytes => TorchReader.Read("damaged", TorchTestFile.Zip(bytes.ToArray(), s_storages)));

        Assert.InRange(refused, Mutants / 2, Mutants);
        Assert.InRange(mostAllocated, 0, SmallFileMemory);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    public void Read_DamagedLegacyFile_OnlyThrowsWeightsFormatException(int protocol)
    {
        byte[] file = TorchTestFile.Legacy(StateDict(protocol, isLegacy: true), s_storages);

        (int refused, long mostAllocated) = Mutations.Run(file, .., Mutants, bytes => TorchReader.Read("damaged", bytes));

        Assert.InRange(refused, Mutants / 2, Mutants);
        Assert.InRange(mostAllocated, 0, SmallFileMemory);
    }

    [Fact]
    public void Read_ShortenedFile_Throws()
    {
        foreach (byte[] file in new[] { TorchTestFile.Zip(s_storages), TorchTestFile.Legacy(s_storages) })
        {
            for (int length = 0; length < file.Length; length++)
            {
                Assert.Throws<WeightsFormatException>(() => TorchReader.Read("short", file.AsMemory(0, length)));
            }
        }
    }

    [Fact]
    public void Read_ShortenedPickleInASoundArchive_Throws()
    {
        byte[] pickle = StateDict(4, isLegacy: false);
        for (int length = 0; length < pickle.Length; length++)
        {
            Assert.Throws<WeightsFormatException>(() => TorchReader.Read("short", TorchTestFile.Zip(pickle[..length], s_storages)));
        }
    }

    [Fact]
    public void Read_EveryByteOfThePickleChanged_OnlyThrowsWeightsFormatException()
    {
        byte[] pickle = TorchTestFile.StateDict(2, isLegacy: false, new TorchTestTensor("a", s_weights, 0, [24], [1]));
        int refused = 0;
        foreach (int position in Enumerable.Range(0, pickle.Length))
        {
            byte original = pickle[position];
            for (int value = 0; value <= byte.MaxValue; value++)
            {
                pickle[position] = (byte)value;
                refused += IsRefused(TorchTestFile.Zip(pickle, s_weights)) ? 1 : 0;
            }

            pickle[position] = original;
        }

        Assert.InRange(refused, pickle.Length * 200, pickle.Length * byte.MaxValue);
    }

    [Theory]
    [InlineData("}")]
    [InlineData("]")]
    [InlineData("(")]
    [InlineData("N\u0085")]
    [InlineData("]q\u0000")]
    [InlineData("]\u0094")]
    [InlineData("(K\u0001")]
    [InlineData("}h\u0000")]
    [InlineData("N0")]
    public void Read_EndlessSteps_AreRefused(string steps)
    {
        byte[] file = TorchTestFile.Zip(new PickleBytes().Ops("}q\u0000").Ops(string.Concat(Enumerable.Repeat(steps, 600_000))).End());

        AssertRefused("more than 524,288 steps", file, 128 * Mebibyte);
    }

    [Theory]
    [InlineData("]", "a")]
    [InlineData("", "\u0085")]
    [InlineData("}N", "s")]
    public void Read_DeepNesting_IsNotWalked(string open, string close)
    {
        const int Depth = 100_000;
        string nested = string.Concat(Enumerable.Repeat(open, Depth)) + "N" + string.Concat(Enumerable.Repeat(close, Depth));
        byte[] pickle = new PickleBytes().Ops("}").Text("state_dict").Ops(nested).Ops("s").End();

        AssertRefused("holds no tensors", TorchTestFile.Zip(pickle), 64 * Mebibyte);
    }

    [Fact]
    public void Read_OneListMadeADictionaryAgainAndAgain_IsRefused()
    {
        string pairs = string.Concat(Enumerable.Repeat("h\u0000", 50_000));
        string again = string.Concat(Enumerable.Repeat("h\u0002h\u0001\u0085R", 50_000));
        byte[] pickle = new PickleBytes()
            .Ops($"NN\u0086q\u0000]q\u0001({pairs}e").Ops($"ccollections\nOrderedDict\nq\u0002{again}").End();

        AssertRefused("more than 524,288 steps", TorchTestFile.Zip(pickle), 64 * Mebibyte);
    }

    [Fact]
    public void Read_OneStorageViewedManyTimes_TakesNoMoreMemory()
    {
        var storage = new TorchTestStorage("0", "Float", new byte[4 * Mebibyte]);
        byte[] pickle = TorchTestFile.StateDict(
            2, isLegacy: false, [.. Enumerable.Range(0, 200).Select(i => TorchTestTensor.Vector(storage, $"{i}"))]);
        byte[] file = TorchTestFile.Zip(pickle, storage);

        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Equal(200, TorchReader.Read("shared", file).Count);

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 2L * file.Length);
    }

    [Fact]
    public void Read_ZipBomb_SaysTheLimit()
    {
        var zeros = new ZipTestEntry("a/data/0", new byte[100 * Mebibyte]) { IsDeflated = true };

        AssertRefused(
            "'a/data/2' hold more than 268,435,456 bytes",
            ZipBytes.Of(
                new(
                    "a/data.pkl",
                    StateDict(2, isLegacy: false)), zeros, zeros with { Name = "a/data/1" }, zeros with { Name = "a/data/2" }),
            Mebibyte);
    }

    [Fact]
    public void Read_InflatedHalves_AreNotGrownBeyondTheLimit()
    {
        var halves = new TorchTestStorage("0", "Half", new byte[160 * Mebibyte]);
        byte[] pickle = TorchTestFile.StateDict(2, isLegacy: false, new TorchTestTensor("a", halves, 0, [halves.Count], [1]));

        AssertRefused(
            "the tensor 'a' and those before it need more than 67,108,864 values",
            ZipBytes.Of(new("a/data.pkl", pickle), new("a/data/0", halves.Data) { IsDeflated = true }),
            Mebibyte);
    }

    [Fact]
    public void Read_EndlessZipDirectory_IsRefusedBeforeItIsRead()
    {
        byte[] entry = [.. "PK\x1\x2"u8, .. new byte[42]];
        byte[] file = [.. "PK\x3\x4"u8, .. Enumerable.Repeat(entry, 65_537).SelectMany(bytes => bytes)];

        AssertRefused("more than 65,536 entries", file, Mebibyte);
    }

    [Fact]
    public void Read_EntriesOverOneAnother_AreRefused()
    {
        var data = new ZipTestEntry("a/data/0", new byte[Mebibyte]);
        IEnumerable<ZipTestEntry> others = Enumerable.Range(1, 5).Select(
            i => new ZipTestEntry($"a/data/{i}", data.Data) { SharesDataOf = 1 });

        AssertRefused(
            "up to 'a/data/1' are longer than the file",
            ZipBytes.Of([new("a/data.pkl", StateDict(2, isLegacy: false)), data, .. others]),
            Mebibyte);
    }

    private static byte[] StateDict(int protocol, bool isLegacy) => TorchTestFile.StateDict(
        protocol,
        isLegacy,
        new("features.0.weight", s_weights, 0, [2, 3, 2, 2], [12, 1, 6, 3]),
        new("features.0.bias", s_weights, 4, [2, 5], [5, 1]),
        new("classifier.weight", s_halves, 0, [6], [1]),
        new("features.1.num_batches_tracked", s_counter, 0, [], []));

    private static bool IsRefused(byte[] file)
    {
        try
        {
            TorchReader.Read("changed", file);
            return false;
        }
        catch (WeightsFormatException)
        {
            return true;
        }
    }

    private static void AssertRefused(string message, byte[] file, long maxAllocated)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        WeightsFormatException e = Assert.Throws<WeightsFormatException>(() => TorchReader.Read("hostile", file));

        Assert.Contains(message, e.Reason, StringComparison.Ordinal);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, maxAllocated);
    }
}
