using MLNet.MobileNetV2.FeatureCache;
using Parquet;
using Parquet.Meta;
using Parquet.Schema;

namespace MLNet.MobileNetV2.FeatureFiles;

/// <summary>
/// An open feature file, read one column of one row group at a time. Files are untrusted: whatever is wrong with one comes out as
/// <see cref="FeatureFileException"/>. Not thread-safe.
/// </summary>
internal sealed class FeatureFile : IDisposable
{
    private readonly string _path;
    private readonly FileStream _stream;
    private ParquetReader _reader = null!;
    private DataField _pathField = null!;
    private DataField _labelField = null!;
    private DataField _elementField = null!;
    private int _presentLevel;

    private FeatureFile(string path, FileStream stream)
    {
        _path = path;
        _stream = stream;
    }

    /// <summary>What the features came from.</summary>
    public FeatureOrigin Origin { get; private set; } = null!;

    /// <summary>Which share of a list it holds; null where it does not say.</summary>
    public FeatureShare? Share { get; private set; }

    /// <summary>The SHA-256 of the footer, which has one of all rows in a file that this library wrote: the same for the same pictures alone.</summary>
    public string Fingerprint { get; private set; } = null!;

    /// <summary>Number of row groups.</summary>
    public int GroupCount => _reader.RowGroupCount;

    /// <summary>Number of pictures.</summary>
    public long RowCount { get; private set; }

    /// <summary>Opens a file, and checks its layout and its footer.</summary>
    /// <param name="path">The file.</param>
    /// <param name="name">What errors call it; null for the path.</param>
    /// <exception cref="FeatureFileException">It is missing, damaged or of another layout.</exception>
    public static FeatureFile Open(string path, string? name = null)
    {
        FeatureFile? file = null;
        try
        {
            file = new FeatureFile(name ?? path, new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read));
            file.Guard(file.ReadFooter);
            return file;
        }
        catch (Exception error)
        {
            file?.Dispose();
            throw error as FeatureFileException ?? new FeatureFileException(name ?? path, $"it cannot be read: {error.Message}", error);
        }
    }

    /// <summary>Number of pictures in a row group.</summary>
    public int RowsIn(int group) => (int)_reader.Metadata!.RowGroups[group].NumRows;

    /// <summary>Reads the paths or the labels of a row group.</summary>
    /// <returns>A text a row; empty where a row has no label.</returns>
    public ReadOnlyMemory<char>[] ReadTexts(int group, bool isLabel) => Guard(() =>
    {
        DataField field = isLabel ? _labelField : _pathField;
        int rows = RowsIn(group);
        using ParquetRowGroupReader reader = Check(group, field, rows, FeatureFileLayout.MaxTextBytes);

        // As strings, every row would have a copy of its own, and a file with a dictionary could claim any amount. A column that always has a
        // value has no levels, and read as one that may lack some, the reader takes for levels what a pooled array held before.
        if (!field.IsNullable)
        {
            var present = new ReadOnlyMemory<char>[rows];
            Wait(() => reader.ReadAsync<ReadOnlyMemory<char>>(field, present.AsMemory()));
            return present;
        }

        var texts = new ReadOnlyMemory<char>?[rows];
        Wait(() => reader.ReadAsync<ReadOnlyMemory<char>>(field, texts.AsMemory()));
        return isLabel || !texts.Contains(null)
            ? Array.ConvertAll(texts, text => text.GetValueOrDefault())
            : throw new InvalidDataException("a row has no path.");
    });

    /// <summary>Reads the features of a row group.</summary>
    /// <returns>Its rows one after another.</returns>
    public float[] ReadFeatures(int group) => Guard(() =>
    {
        int count = checked(RowsIn(group) * Origin.FeatureCount);
        using ParquetRowGroupReader reader = Check(group, _elementField, count, 2L * sizeof(float) * FeatureFileLayout.MaxGroupValues);
        float[] values = new float[count];
        int[] definition = new int[count];
        int[] repetition = new int[count];
        Wait(() => reader.ReadRawAsync<float>(_elementField, values, definition, repetition, CancellationToken.None));
        for (int i = 0; i < count; i++)
        {
            if (definition[i] != _presentLevel || repetition[i] != (i % Origin.FeatureCount == 0 ? 0 : 1))
            {
                throw new InvalidDataException($"row {i / Origin.FeatureCount} of group {group} has not {Origin.FeatureCount} features.");
            }
        }

        return values;
    });

    public void Dispose()
    {
        _stream.Dispose();
    }

    private ParquetRowGroupReader Check(int group, DataField field, int values, long maxBytes)
    {
        ParquetRowGroupReader reader = _reader.OpenRowGroupReader(group);
        ColumnMetaData column = reader.GetMetadata(field)?.MetaData ?? throw new InvalidDataException($"the column '{field.Path}' is missing.");
        if (column.NumValues != values)
        {
            throw new InvalidDataException($"the column '{field.Path}' has {column.NumValues} values in group {group}; {values} are expected.");
        }

        PageScan.Check(_stream.SafeFileHandle, _stream.Length, column, maxBytes);
        return reader;
    }

    private bool ReadFooter()
    {
        Fingerprint = FooterScan.Check(_stream.SafeFileHandle, _stream.Length);
        _reader = Task.Run(() => ParquetReader.CreateAsync(_stream, leaveStreamOpen: true)).GetAwaiter().GetResult();
        Origin = FeatureOriginMetadata.Read(_path, _reader.CustomMetadata);
        Share = FeatureOriginMetadata.ReadShare(_path, _reader.CustomMetadata);
        _pathField = Text(FeatureFileLayout.Path);
        _labelField = Text(FeatureFileLayout.Label);
        if (_reader.Schema.Fields.FirstOrDefault(field => field.Name == FeatureFileLayout.Features)
            is not ListField { Item: DataField element } list || element.ClrType != typeof(float))
        {
            throw new InvalidDataException($"it has no column '{FeatureFileLayout.Features}' of lists of floats.");
        }

        _elementField = element;
        _presentLevel = 1 + (list.IsNullable ? 1 : 0) + (element.IsNullable ? 1 : 0);
        RowCount = _reader.Metadata!.RowGroups.Sum(CheckedRows);
        return true;
    }

    private long CheckedRows(RowGroup group)
    {
        int most = Math.Min(FeatureFileLayout.MaxGroupRows, FeatureFileLayout.MaxGroupValues / Origin.FeatureCount);
        return group.NumRows >= 0 && group.NumRows <= Math.Max(1, most)
            ? group.NumRows
            : throw new InvalidDataException($"a row group has {group.NumRows} rows of {Origin.FeatureCount} features; up to {most} are allowed.");
    }

    private DataField Text(string name) =>
        _reader.Schema.Fields.FirstOrDefault(field => field.Name == name) is DataField field
            && (field.ClrType == typeof(string) || field.ClrType == typeof(ReadOnlyMemory<char>))
            ? field
            : throw new InvalidDataException($"it has no column '{name}' of text.");

    // A damaged file can make the reader throw anything.
    private T Guard<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception error) when (error is not FeatureFileException and not ObjectDisposedException)
        {
            throw new FeatureFileException(_path, error is InvalidDataException ? error.Message : $"it is damaged: {error.Message}", error);
        }
    }

    private static void Wait(Func<ValueTask> read) => Task.Run(() => read().AsTask()).GetAwaiter().GetResult();
}
