using MLNet.MobileNetV2.Images;
using MLNet.MobileNetV2.Tests.Serving;

namespace MLNet.MobileNetV2.Tests.Images;

public class EncodedStreamTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(65_536)]
    [InlineData(65_537)]
    [InlineData(1_500_000)]
    public async Task Read_OfAnyLengthInAnyPieces_GivesTheBytes(int length)
    {
        byte[] bytes = new byte[length];
        new Random(length).NextBytes(bytes);
        foreach (int atOnce in new[] { 1009, 100_000, int.MaxValue })
        {
            using PooledBytes read = EncodedStream.Read(new DripStream(bytes, atOnce), 2_000_000, Token);
            using PooledBytes readAsync = await EncodedStream.ReadAsync(new DripStream(bytes, atOnce), length, Token);
            using PooledBytes ofSeekable = EncodedStream.Read(new MemoryStream(bytes), length, Token);

            Assert.Equal(bytes, read.Span.ToArray());
            Assert.Equal(bytes, readAsync.Span.ToArray());
            Assert.Equal(bytes, ofSeekable.Span.ToArray());
        }
    }

    [Fact]
    public void Read_OfAStreamThatClaimsAnyLength_ReadsWhatIsThere()
    {
        foreach (long claimed in new[] { -5, 0, long.MaxValue })
        {
            using PooledBytes read = EncodedStream.Read(new LyingStream([1, 2, 3], claimed), 100, Token);

            Assert.Equal([1, 2, 3], read.Span.ToArray());
        }
    }

    [Theory]
    [InlineData(10, 9)]
    [InlineData(70_000, 69_999)]
    [InlineData(3_000_000, 1)]
    public void Read_BeyondTheLimit_IsABadImage(int length, int limit)
    {
        BadImageException error = Assert.Throws<BadImageException>(
            () => EncodedStream.Read(new MemoryStream(new byte[length]), limit, Token));

        Assert.Equal($"it has more than the {limit} bytes that are allowed.", error.Reason);
    }

    private sealed class LyingStream(byte[] bytes, long length) : MemoryStream(bytes)
    {
        public override long Length => length;
    }
}
