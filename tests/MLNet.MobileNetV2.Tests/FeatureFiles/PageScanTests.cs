using MLNet.MobileNetV2.FeatureFiles;
using MLNet.MobileNetV2.Tests.Support;
using Parquet.Meta;

namespace MLNet.MobileNetV2.Tests.FeatureFiles;

/// <summary>What the headers of a column's pages claim is bounded before a reader believes it.</summary>
public sealed class PageScanTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(400, 600)]
    [InlineData(1000, 0)]
    [InlineData(0, 0)]
    public void Check_OfPagesWithinTheLimitTogether_Passes(int first, int second) => Check(Page(first), Page(second));

    [Theory]
    [InlineData(400, 601, 600)]
    [InlineData(1001, 0, 1000)]
    [InlineData(1000, 1, 0)]
    public void Check_OfPagesBeyondTheLimitTogether_SaysWhatWasLeft(int first, int second, int left)
    {
        InvalidDataException error = Assert.Throws<InvalidDataException>(() => Check(Page(first), Page(second)));

        Assert.EndsWith($" and {left} are allowed, 1000 for all pages of the column.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Check_OfADictionaryAndPages_CountsBoth()
    {
        Check(Page(500, page: 7), Page(250), Page(250));
        Assert.Throws<InvalidDataException>(() => Check(Page(500, page: 7), Page(250), Page(251)));
    }

    [Fact]
    public void Check_OfADictionaryWithMoreEntriesThanBytes_Throws() => Assert.Contains(
        "more entries than its page has bytes", Assert.Throws<InvalidDataException>(() => Check(Page(2, page: 7, values: 3), Page(1))).Message, StringComparison.Ordinal);

    private void Check(params byte[][] pages)
    {
        byte[] file = [.. pages.SelectMany(page => page)];
        File.WriteAllBytes(_folder.File("column"), file);
        using var handle = File.OpenHandle(_folder.File("column"));
        var column = new ColumnMetaData { DataPageOffset = 0, TotalCompressedSize = file.Length, NumValues = pages.Count(page => !IsDictionary(page)) };

        PageScan.Check(handle, file.Length, column, maxBytes: 1000);
    }

    private static bool IsDictionary(byte[] page) => page[1] == 4;

    /// <summary>The header of a page without bytes, in Thrift's compact protocol: type, two sizes, and the structure of its kind.</summary>
    private static byte[] Page(int uncompressed, int page = 5, int values = 1) =>
    [
        0x15, (byte)(page == 7 ? 4 : 0), 0x15, .. ZigZag(uncompressed), 0x15, .. ZigZag(0), (byte)(((page - 3) << 4) | 0x0C), 0x15, .. ZigZag(values), 0x00, 0x00,
    ];

    private static byte[] ZigZag(int value) => value < 64 ? [(byte)(value << 1)] : [(byte)((value << 1) | 0x80), (byte)(value >> 6)];
}
