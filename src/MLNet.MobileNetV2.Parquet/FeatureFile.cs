using System.Buffers.Binary;
using System.Security.Cryptography;
using Parquet;
using Parquet.Meta;
using Parquet.Schema;

namespace MLNet.MobileNetV2.Parquet;

/// <summary>
/// An open feature file, read one column of one row group at a time. Whatever is wrong with it comes out as
/// <see cref="FeatureFileException"/>. Not thread-safe.
/// </summary>
internal sealed class FeatureFile : IDisposable
{
    private const int TailLength = 8;

    private readonly string _name;
    private readonly FileStream _stream;
    private readonly ParquetReader _reader;
    private readonly DataField _pathField;
    private readonly DataField _labelField;
    private readonly DataField _elementField;
    private readonly int _presentLevel;

    private FeatureFile(string name, FileStream stream, string fingerprint, ParquetReader reader)
    {
        _name = name;
        _stream = stream;
        _reader = reader;
        Fingerprint = fingerprint;
        Origin = FeatureOriginMetadata.Read(name, reader.CustomMetadata);
        Share = FeatureOriginMetadata.ReadShare(name, reader.CustomMetadata);
        _pathField = Text(FeatureFileLayout.Path);
        _labelField = Text(FeatureFileLayout.Label);
        if (reader.Schema.Fields.FirstOrDefault(field => field.Name == FeatureFileLayout.Features)
            is not ListField { Item: DataField element } list || element.ClrType != typeof(float))
        {
            throw new InvalidDataException($"it has no column '{FeatureFileLayout.Features}' of lists of floats.");
        }

        _elementField = element;
        _presentLevel = 1 + (list.IsNullable ? 1 : 0) + (element.IsNullable ? 1 : 0);
        RowCount = reader.Metadata!.RowGroups.Sum(CheckedRows);
    }

    public FeatureOrigin Origin { get; }

    /// <summary>Which share of a list it holds; null where it does not say.</summary>
    public FeatureShare? Share { get; }

    /// <summary>
    /// The SHA-256 of the footer, which has one of all rows in a file that this library wrote: the same for the same images alone.
    /// </summary>
    public string Fingerprint { get; }

    public int GroupCount => _reader.RowGroupCount;

    public long RowCount { get; }

    /// <summary>Opens a file, and checks its layout.</summary>
    /// <exception cref="FeatureFileException">It is missing, damaged or of another layout.</exception>
    public static FeatureFile Open(string path, string? name = null)
    {
        FileStream? stream = null;
        try
        {
            stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
            string fingerprint = CheckFooter(stream);
            ParquetReader reader = Wait(() => ParquetReader.CreateAsync(stream, leaveStreamOpen: true));
            return new FeatureFile(name ?? path, stream, fingerprint, reader);
        }
        catch (Exception error)
        {
            stream?.Dispose();
            throw Wrap(name ?? path, error);
        }
    }

    public int RowsIn(int group) => (int)_reader.Metadata!.RowGroups[group].NumRows;

    /// <summary>Reads the paths or the labels of a row group.</summary>
    /// <returns>A text a row; empty where a row has no label.</returns>
    public ReadOnlyMemory<char>[] ReadTexts(int group, bool isLabel) => Guard(async () =>
    {
        DataField field = isLabel ? _labelField : _pathField;
        int rows = RowsIn(group);
        using ParquetRowGroupReader reader = OpenGroup(group, field, rows);

        // As strings, every row would have a copy of its own, and a file with a dictionary could claim any amount. A column that always
        // has a value has no levels, and read as one that may lack some, the reader takes for levels what a pooled array held before.
        if (!field.IsNullable)
        {
            var present = new ReadOnlyMemory<char>[rows];
            await reader.ReadAsync<ReadOnlyMemory<char>>(field, present.AsMemory()).ConfigureAwait(false);
            return present;
        }

        var texts = new ReadOnlyMemory<char>?[rows];
        await reader.ReadAsync<ReadOnlyMemory<char>>(field, texts.AsMemory()).ConfigureAwait(false);
        return isLabel || !texts.Contains(null)
            ? Array.ConvertAll(texts, text => text.GetValueOrDefault())
            : throw new InvalidDataException("a row has no path.");
    });

    /// <summary>Reads the features of a row group.</summary>
    /// <returns>Its rows one after another.</returns>
    public float[] ReadFeatures(int group) => Guard(async () =>
    {
        int count = checked(RowsIn(group) * Origin.FeatureCount);
        using ParquetRowGroupReader reader = OpenGroup(group, _elementField, count);
        float[] values = new float[count];
        int[] definition = new int[count];
        int[] repetition = new int[count];
        await reader.ReadRawAsync<float>(_elementField, values, definition, repetition, CancellationToken.None).ConfigureAwait(false);
        for (int i = 0; i < count; i++)
        {
            if (definition[i] != _presentLevel || repetition[i] != (i % Origin.FeatureCount == 0 ? 0 : 1))
            {
                throw new InvalidDataException(
                    $"row {i / Origin.FeatureCount} of group {group} does not have {Origin.FeatureCount} features.");
            }
        }

        return values;
    });

    public void Dispose() => _stream.Dispose();

    private ParquetRowGroupReader OpenGroup(int group, DataField field, int values)
    {
        ParquetRowGroupReader reader = _reader.OpenRowGroupReader(group);
        ColumnMetaData column = reader.GetMetadata(field)?.MetaData
            ?? throw new InvalidDataException($"the column '{field.Path}' is missing.");
        return column.NumValues == values
            ? reader
            : throw new InvalidDataException(
                $"the column '{field.Path}' has {column.NumValues} values in group {group}; {values} are expected.");
    }

    private long CheckedRows(RowGroup group)
    {
        int most = Math.Min(FeatureFileLayout.MaxGroupRows, FeatureFileLayout.MaxGroupValues / Origin.FeatureCount);
        return group.NumRows >= 0 && group.NumRows <= Math.Max(1, most)
            ? group.NumRows
            : throw new InvalidDataException(
                $"a row group has {group.NumRows} rows of {Origin.FeatureCount} features; up to {most} are allowed.");
    }

    private DataField Text(string name) =>
        _reader.Schema.Fields.FirstOrDefault(field => field.Name == name) is DataField field
            && (field.ClrType == typeof(string) || field.ClrType == typeof(ReadOnlyMemory<char>))
            ? field
            : throw new InvalidDataException($"it has no column '{name}' of text.");

    private static string CheckFooter(FileStream stream)
    {
        byte[] tail = new byte[TailLength];
        long end = stream.Length - TailLength;
        int length = 0;
        if (end >= 0)
        {
            stream.Position = end;
            stream.ReadExactly(tail);
            length = BinaryPrimitives.ReadInt32LittleEndian(tail);
        }

        if (!tail.AsSpan().EndsWith("PAR1"u8) || length <= 0 || length > end)
        {
            throw new InvalidDataException($"it has {stream.Length} bytes that do not end like a Parquet file; it may be incomplete.");
        }

        byte[] footer = new byte[length];
        stream.Position = end - length;
        stream.ReadExactly(footer);
        FooterWalk.Check(footer);
        return Convert.ToHexStringLower(SHA256.HashData(footer));
    }

    // ML.NET's cursors are synchronous, Parquet.Net is asynchronous; on the thread pool no synchronisation context can deadlock.
    private static T Wait<T>(Func<Task<T>> work) => Task.Run(work).GetAwaiter().GetResult();

    private T Guard<T>(Func<Task<T>> read)
    {
        try
        {
            return Wait(read);
        }
        catch (Exception error) when (error is not ObjectDisposedException)
        {
            throw Wrap(_name, error);
        }
    }

    // A damaged file can make the reader throw anything.
    private static FeatureFileException Wrap(string name, Exception error) => error switch
    {
        FeatureFileException known => known,
        InvalidDataException => new(name, error.Message, error),
        IOException or UnauthorizedAccessException => new(name, $"it cannot be read: {error.Message}", error),
        _ => new(name, $"it is damaged: {error.Message}", error),
    };
}
