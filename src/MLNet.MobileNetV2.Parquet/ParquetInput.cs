using System.Buffers.Binary;
using System.Security.Cryptography;
using Parquet;
using Parquet.Meta;
using Parquet.Schema;

namespace MLNet.MobileNetV2.Parquet;

/// <summary>
/// An open Parquet file that may come from anywhere. Whatever is wrong with it comes out as <see cref="FeatureFileException"/>. Not
/// thread-safe.
/// </summary>
internal sealed class ParquetInput : IDisposable
{
    private const int TailLength = 8;

    private readonly string _name;
    private readonly FileStream _stream;
    private readonly ParquetReader _reader;

    private ParquetInput(string name, FileStream stream, string fingerprint, ParquetReader reader)
    {
        _name = name;
        _stream = stream;
        Fingerprint = fingerprint;
        _reader = reader;
    }

    /// <summary>The SHA-256 of the footer.</summary>
    public string Fingerprint { get; }

    public IReadOnlyDictionary<string, string> Metadata => _reader.CustomMetadata;

    public IReadOnlyList<RowGroup> Groups => _reader.Metadata!.RowGroups;

    public IReadOnlyList<Field> Fields => _reader.Schema.Fields;

    /// <summary>Opens a file, and makes something of it that owns it.</summary>
    /// <param name="path">The file.</param>
    /// <param name="name">What errors call it.</param>
    /// <param name="create">Makes it.</param>
    /// <exception cref="FeatureFileException">The file is missing, damaged or of another layout.</exception>
    public static T Open<T>(string path, string name, Func<ParquetInput, T> create)
    {
        FileStream? stream = null;
        try
        {
            stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
            string fingerprint = CheckFooter(stream);
            ParquetReader reader = Wait(() => ParquetReader.CreateAsync(stream, leaveStreamOpen: true));
            return create(new ParquetInput(name, stream, fingerprint, reader));
        }
        catch (Exception error)
        {
            stream?.Dispose();
            throw Wrap(name, error);
        }
    }

    /// <summary>A column of text.</summary>
    public DataField Text(string name) =>
        Fields.FirstOrDefault(field => field.Name == name) is DataField field
            && (field.ClrType == typeof(string) || field.ClrType == typeof(ReadOnlyMemory<char>))
            ? field
            : throw new InvalidDataException($"it has no column '{name}' of text.");

    /// <summary>Opens a row group whose column has so many values.</summary>
    public ParquetRowGroupReader OpenGroup(int group, DataField field, int values)
    {
        ParquetRowGroupReader reader = _reader.OpenRowGroupReader(group);
        ColumnMetaData column = reader.GetMetadata(field)?.MetaData
            ?? throw new InvalidDataException($"the column '{field.Path}' is missing.");
        return column.NumValues == values
            ? reader
            : throw new InvalidDataException(
                $"the column '{field.Path}' has {column.NumValues} values in group {group}; {values} are expected.");
    }

    /// <summary>Reads a column of text.</summary>
    /// <param name="group">The row group.</param>
    /// <param name="field">The column.</param>
    /// <param name="mayLack">Whether a row may have none.</param>
    /// <returns>A text a row; empty where a row has none.</returns>
    public ReadOnlyMemory<char>[] ReadTexts(int group, DataField field, bool mayLack) => Guard(async () =>
    {
        int rows = (int)Groups[group].NumRows;
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
        return mayLack || !texts.Contains(null)
            ? Array.ConvertAll(texts, text => text.GetValueOrDefault())
            : throw new InvalidDataException($"a row has no {field.Path}.");
    });

    /// <summary>Reads something, and gives its errors the file's name.</summary>
    /// <exception cref="FeatureFileException">The file is damaged.</exception>
    public T Guard<T>(Func<Task<T>> read)
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

    public void Dispose() => _stream.Dispose();

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

    // A damaged file can make the reader throw anything.
    private static FeatureFileException Wrap(string name, Exception error) => error switch
    {
        FeatureFileException known => known,
        InvalidDataException => new(name, error.Message, error),
        IOException or UnauthorizedAccessException => new(name, $"it cannot be read: {error.Message}", error),
        _ => new(name, $"it is damaged: {error.Message}", error),
    };
}
