using MLNet.MobileNetV2.Cli.Failures;
using MLNet.MobileNetV2.Cli.Inputs;
using MLNet.MobileNetV2.Machine;

namespace MLNet.MobileNetV2.Cli.Labelling;

/// <summary>Rows of labels in one of the formats. Owns no stream.</summary>
internal interface ILabelRows
{
    /// <summary>Writes a row.</summary>
    Task AddAsync(PhotoOutcome<PhotoLabel> photo);

    /// <summary>Writes what is left, and the end of the file.</summary>
    Task EndAsync();
}

/// <summary>
/// The labels of photos, a row a photo, under a temporary name until it is committed. Not thread-safe.
/// </summary>
internal sealed class LabelFile : IDisposable
{
    /// <summary>The formats, by the ending of the file.</summary>
    public const string Csv = ".csv";

    /// <inheritdoc cref="Csv"/>
    public const string Parquet = ".parquet";

    private readonly string _path;
    private readonly AtomicFile _file;
    private readonly ILabelRows _rows;
    private long _count;
    private bool _isBroken;

    private LabelFile(string path, AtomicFile file, ILabelRows rows)
    {
        _path = path;
        _file = file;
        _rows = rows;
    }

    /// <summary>Begins a file.</summary>
    /// <param name="path">Its name, with the ending of one of the formats.</param>
    /// <param name="columns">Its columns.</param>
    public static async Task<LabelFile> CreateAsync(string path, LabelColumns columns)
    {
        var file = new AtomicFile(path);
        ILabelRows rows = IsOf(path, Parquet)
            ? await ParquetLabels.CreateAsync(file.Stream, columns)
            : new CsvLabels(file.Stream, columns);
        return new(path, file, rows);
    }

    /// <summary>Whether a file is of a format.</summary>
    public static bool IsOf(string path, string format) => path.EndsWith(format, StringComparison.OrdinalIgnoreCase);

    /// <summary>Writes a row.</summary>
    /// <exception cref="CommandFailedException">It cannot be written.</exception>
    public async Task AddAsync(PhotoOutcome<PhotoLabel> photo)
    {
        await TryAsync(() => _rows.AddAsync(photo));
        _count++;
    }

    /// <summary>
    /// Gives the file its name, with the rows that there are; does nothing where there are none, or one could not be written.
    /// </summary>
    /// <exception cref="CommandFailedException">It cannot be written.</exception>
    public async Task CommitAsync()
    {
        if (_count > 0 && !_isBroken)
        {
            await TryAsync(async () =>
            {
                await _rows.EndAsync();
                _file.Commit();
            });
        }
    }

    /// <summary>Deletes what was not committed.</summary>
    public void Dispose() => _file.Dispose();

    private async Task TryAsync(Func<Task> write)
    {
        try
        {
            await write();
        }
        catch (Exception error)
        {
            _isBroken = true;
            throw error is IOException or UnauthorizedAccessException
                ? new CommandFailedException($"The output '{_path}' cannot be written: {Failure.OneLine(error)}", innerException: error)
                : error;
        }
    }
}
