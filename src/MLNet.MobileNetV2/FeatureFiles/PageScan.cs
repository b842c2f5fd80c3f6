using Microsoft.Win32.SafeHandles;
using Parquet.Meta;

namespace MLNet.MobileNetV2.FeatureFiles;

/// <summary>Walks the headers of a column's pages, so that what they claim is known before a reader allocates for it.</summary>
internal static class PageScan
{
    private const int MaxHeaderLength = 64 * 1024;
    private const int Uncompressed = 2;
    private const int Compressed = 3;
    private const int DataPage = 5;
    private const int DictionaryPage = 7;
    private const int DataPageV2 = 8;
    private const int NumValues = 1;

    /// <summary>Checks that a column's pages lie within the file and hold as many values as the column has.</summary>
    /// <param name="file">The file.</param>
    /// <param name="fileLength">Its length in bytes.</param>
    /// <param name="column">What the footer says of the column.</param>
    /// <param name="maxBytes">Most bytes of all its pages when they are decompressed.</param>
    /// <exception cref="InvalidDataException">They do not.</exception>
    public static void Check(SafeFileHandle file, long fileLength, ColumnMetaData column, long maxBytes)
    {
        long position = column.DictionaryPageOffset is > 0 and { } dictionary ? Math.Min(dictionary, column.DataPageOffset) : column.DataPageOffset;
        if (position < 0 || column.TotalCompressedSize < 0 || column.TotalCompressedSize > fileLength - position)
        {
            throw new InvalidDataException($"a column lies at byte {position} with {column.TotalCompressedSize} bytes; the file has {fileLength}.");
        }

        long end = position + column.TotalCompressedSize;
        long values = 0;
        long bytesLeft = maxBytes;
        byte[] window = new byte[(int)Math.Min(MaxHeaderLength, column.TotalCompressedSize)];
        while (position < end && values < column.NumValues)
        {
            int count = RandomAccess.Read(file, window.AsSpan(0, (int)Math.Min(window.Length, end - position)), position);
            var header = new ThriftScan(window.AsSpan(0, count));
            position += header.Read();
            long compressed = header.Numbers.GetValueOrDefault(ThriftScan.Key(Compressed), -1);
            long uncompressed = header.Numbers.GetValueOrDefault(ThriftScan.Key(Uncompressed), -1);
            if (compressed < 0 || compressed > end - position || uncompressed < 0 || uncompressed > bytesLeft)
            {
                throw new InvalidDataException(
                    $"a page has {compressed} bytes, {uncompressed} of them decompressed; up to {end - position} and {bytesLeft} are allowed, "
                    + $"{maxBytes} for all pages of the column.");
            }

            bytesLeft -= uncompressed;

            values += Count(header.Numbers, DataPage) + Count(header.Numbers, DataPageV2);
            if (Count(header.Numbers, DictionaryPage) > uncompressed)
            {
                throw new InvalidDataException("a dictionary has more entries than its page has bytes.");
            }

            position += compressed;
        }

        if (values != column.NumValues)
        {
            throw new InvalidDataException($"a column's pages hold {values} values; {column.NumValues} are expected.");
        }
    }

    private static long Count(Dictionary<int, long> numbers, int page)
    {
        long count = numbers.GetValueOrDefault(ThriftScan.Key(NumValues, page));
        return count is >= 0 and <= int.MaxValue ? count : throw new InvalidDataException($"a page has {count} values.");
    }
}
