using FsCheck;
using FsCheck.Xunit;
using MLNet.MobileNetV2.WeightsImport.Torch;

namespace MLNet.MobileNetV2.Tests.WeightsImport.Torch;

/// <summary>Tensors as views of storages: any offset and strides that stay inside, and no others.</summary>
public sealed class TensorViewTests
{
    private static readonly TorchTestStorage s_storage = TorchTestStorage.OfSingles(
        "0", [.. Enumerable.Range(0, 12).Select(i => (float)i)]);

    [Theory]
    [InlineData(0, new long[] { 3, 4 }, new long[] { 4, 1 }, new float[] { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11 })]
    [InlineData(0, new long[] { 4, 3 }, new long[] { 1, 4 }, new float[] { 0, 4, 8, 1, 5, 9, 2, 6, 10, 3, 7, 11 })]
    [InlineData(5, new long[] { 2, 2 }, new long[] { 2, 1 }, new float[] { 5, 6, 7, 8 })]
    [InlineData(1, new long[] { 4 }, new long[] { 3 }, new float[] { 1, 4, 7, 10 })]
    [InlineData(0, new long[] { 1, 2, 3, 2 }, new long[] { 12, 1, 4, 2 }, new float[] { 0, 2, 4, 6, 8, 10, 1, 3, 5, 7, 9, 11 })]
    [InlineData(2, new long[] { 3, 2 }, new long[] { 0, 1 }, new float[] { 2, 3, 2, 3, 2, 3 })]
    [InlineData(11, new long[] { 4 }, new long[] { 0 }, new float[] { 11, 11, 11, 11 })]
    [InlineData(11, new long[] { }, new long[] { }, new float[] { 11 })]
    [InlineData(11, new long[] { 1, 1 }, new long[] { long.MaxValue, 77 }, new float[] { 11 })]
    [InlineData(0, new long[] { 2, 1, 2 }, new long[] { 6, long.MaxValue, 2 }, new float[] { 0, 2, 6, 8 })]
    [InlineData(0, new long[] { 0 }, new long[] { 1 }, new float[] { })]
    [InlineData(99, new long[] { 5, 0, 2147483647 }, new long[] { long.MaxValue, 1, 1 }, new float[] { })]
    [
        InlineData(
            0,
            new long[] { 1, 1, 1, 1, 1, 1, 1, 12 },
            new long[] { 1, 1, 1, 1, 1, 1, 1, 1 },
            new float[] { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11 }),
    ]
    public void Read_ViewInsideTheStorage_GivesItsValuesInRowMajorOrder(long offset, long[] sizes, long[] strides, float[] expected)
    {
        WeightTensor tensor = Read(offset, sizes, strides);

        Assert.Equal(sizes, tensor.Shape.Select(size => (long)size));
        Assert.Equal(expected, tensor.Values.ToArray());
    }

    [Theory]
    [InlineData(0, new long[] { 13 }, new long[] { 1 })]
    [InlineData(1, new long[] { 12 }, new long[] { 1 })]
    [InlineData(12, new long[] { 1 }, new long[] { 1 })]
    [InlineData(-1, new long[] { 1 }, new long[] { 1 })]
    [InlineData(-1, new long[] { 0 }, new long[] { 1 })]
    [InlineData(long.MaxValue, new long[] { 1 }, new long[] { 1 })]
    [InlineData(0, new long[] { 2 }, new long[] { 12 })]
    [InlineData(0, new long[] { 2 }, new long[] { long.MaxValue })]
    [InlineData(0, new long[] { 2 }, new long[] { 1L << 32 })]
    [InlineData(0, new long[] { 3, 4 }, new long[] { 4, 2 })]
    [InlineData(0, new long[] { 13 }, new long[] { 0 })]
    [InlineData(0, new long[] { 2147483647, 2147483647, 2147483647 }, new long[] { 0, 0, 0 })]
    [InlineData(0, new long[] { 65536, 65536, 65536, 65536 }, new long[] { 0, 0, 0, 0 })]
    public void Read_ViewOutsideTheStorage_NamesTheTensor(long offset, long[] sizes, long[] strides)
    {
        WeightsFormatException e = Assert.Throws<WeightsFormatException>(() => Read(offset, sizes, strides));

        Assert.Contains("the tensor 'a' of shape [", e.Reason, StringComparison.Ordinal);
        Assert.Contains("does not fit the 12 elements of its storage '0'", e.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(new long[] { -1 }, new long[] { 1 }, "a dimension of -1 with a stride of 1")]
    [InlineData(new long[] { 1L << 31 }, new long[] { 1 }, "a dimension of 2147483648")]
    [InlineData(new long[] { long.MinValue }, new long[] { 1 }, "a dimension of -9223372036854775808")]
    [InlineData(new long[] { 2 }, new long[] { -1 }, "with a stride of -1")]
    [InlineData(new long[] { 1, 2 }, new long[] { 1 }, "2 dimensions and 1 strides")]
    [InlineData(new long[] { 1, 1, 1, 1, 1, 1, 1, 1, 1 }, new long[] { 1, 1, 1, 1, 1, 1, 1, 1, 1 }, "9 dimensions and 9 strides; up to 8")]
    public void Read_ImpossibleView_NamesTheTensor(long[] sizes, long[] strides, string message)
    {
        WeightsFormatException e = Assert.Throws<WeightsFormatException>(() => Read(0, sizes, strides));

        Assert.Contains("the tensor 'a' has", e.Reason, StringComparison.Ordinal);
        Assert.Contains(message, e.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("N", "a dimension of None")]
    [InlineData("U\u0001x", "a dimension of x")]
    [InlineData("\u0088", "a dimension of True")]
    public void Read_SizeThatIsNoNumber_NamesTheTensor(string size, string message)
    {
        byte[] pickle = new PickleBytes().Ops("}").Text("a").Global("torch._utils", "_rebuild_tensor_v2").Ops("(").Storage(s_storage)
            .Integer(0).Ops(size).Raw(0x85).Tuple(1).Raw(0x89).EmptyOrderedDict().Ops("tRs").End();

        WeightsFormatException e = Assert.Throws<WeightsFormatException>(
            () => TorchReader.Read("bad", TorchTestFile.Zip(pickle, s_storage)));

        Assert.Contains(message, e.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_TensorsOfOneStorage_ShareItsValues()
    {
        byte[] pickle = TorchTestFile.StateDict(
            2,
            isLegacy: false,
            TorchTestTensor.Vector(s_storage, "a"),
            new("b", s_storage, 0, [3, 4], [4, 1]),
            new("c", s_storage, 9, [3], [1]));

        IReadOnlyDictionary<string, WeightTensor> tensors = TorchReader.Read("tied", TorchTestFile.Zip(pickle, s_storage));

        Assert.True(tensors["a"].Values.Span == tensors["b"].Values.Span);
        Assert.True(tensors["a"].Values.Span[9..] == tensors["c"].Values.Span);
    }

    [Fact]
    public void Read_StorageGatheredUpToTheLimit_IsAllowedAndNoMore()
    {
        TorchTestTensor first = new("a", s_storage, 0, [4, 3], [1, 4]);
        TorchTestTensor[] transposed = [first, first with { Name = "b" }, first with { Name = "c" }];
        byte[] allowed = TorchTestFile.StateDict(2, isLegacy: false, transposed[..2]);
        byte[] refused = TorchTestFile.StateDict(2, isLegacy: false, transposed);

        IReadOnlyDictionary<string, WeightTensor> tensors = TorchReader.Read("tied", TorchTestFile.Zip(allowed, s_storage));
        WeightsFormatException e = Assert.Throws<WeightsFormatException>(
            () => TorchReader.Read("bomb", TorchTestFile.Zip(refused, s_storage)));

        Assert.Equal(tensors["a"].Values.ToArray(), tensors["b"].Values.ToArray());
        Assert.Contains("the tensor 'c' and those before it view the same storages in other orders", e.Reason, StringComparison.Ordinal);
    }

    [Property(MaxTest = 300)]
    public void Read_AnyOrderOfDimensions_GivesTheValueOfEachPosition(PositiveInt seed)
    {
        var random = new System.Random(seed.Get);
        long[] stored = [.. Enumerable.Range(0, random.Next(1, 5)).Select(_ => (long)random.Next(1, 5))];
        long[] contiguous = new long[stored.Length];
        long count = 1;
        for (int i = stored.Length - 1; i >= 0; i--)
        {
            contiguous[i] = count;
            count *= stored[i];
        }

        int[] order = [.. Enumerable.Range(0, stored.Length)];
        random.Shuffle(order);
        long[] sizes = [.. order.Select(i => stored[i])];
        long[] strides = [.. order.Select(i => contiguous[i])];
        TorchTestStorage storage = TorchTestStorage.OfSingles("0", [.. Enumerable.Range(0, (int)count).Select(i => (float)i)]);
        byte[] pickle = TorchTestFile.StateDict(2, isLegacy: false, new TorchTestTensor("a", storage, 0, sizes, strides));

        ReadOnlySpan<float> values = TorchReader.Read("any", TorchTestFile.Zip(pickle, storage))["a"].Values.Span;

        for (int i = 0; i < values.Length; i++)
        {
            (long rest, long expected) = (i, 0);
            for (int dimension = sizes.Length - 1; dimension >= 0; dimension--)
            {
                expected += rest % sizes[dimension] * strides[dimension];
                rest /= sizes[dimension];
            }

            Assert.Equal(expected, values[i]);
        }
    }

    private static WeightTensor Read(long offset, long[] sizes, long[] strides)
    {
        byte[] pickle = TorchTestFile.StateDict(2, isLegacy: false, new TorchTestTensor("a", s_storage, offset, sizes, strides));
        return TorchReader.Read("view", TorchTestFile.Zip(pickle, s_storage))["a"];
    }
}
