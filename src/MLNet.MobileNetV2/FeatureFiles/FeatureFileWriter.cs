using MLNet.MobileNetV2.FeatureCache;
using MLNet.MobileNetV2.FeatureFiles;
using MLNet.MobileNetV2.Machine;
using MLNet.MobileNetV2.Weights;
using Parquet;

namespace MLNet.MobileNetV2;

/// <summary>
/// Writes features as a Parquet file: a row a picture with <c>path</c> (text), <c>label</c> (text or null) and <c>features</c> (a list of
/// floats); the origin of the features is in the file's metadata.
/// </summary>
/// <remarks>
/// Rows are written in groups of 8 MiB, so memory does not grow with their number. The file has a temporary name of its own beside the
/// final one (<c>.name.number.tmp</c>) until <see cref="Commit"/> moves it, in one step, over a file that is there: of several writers of
/// one name, the last to commit stays. A writer that is disposed before leaves nothing behind, one whose process is killed leaves the
/// temporary file, which the next writer of that name deletes. A link as the final name stays, and what it leads to is written.
/// Equal rows of an equal origin make equal files. Not thread-safe.
/// </remarks>
public sealed class FeatureFileWriter : IDisposable
{
    private readonly string _path;
    private readonly int _featureCount;
    private readonly TemporaryFile _temporary;
    private readonly ParquetWriter _writer;
    private readonly Dictionary<string, string> _metadata;
    private readonly ContentHash _content = new();
    private readonly string[] _paths;
    private readonly string?[] _labels;
    private readonly float[] _values;

    // The levels of the elements of full rows, the same for every group: megabytes that need not be made each time.
    private readonly int[] _definitionLevels;
    private readonly int[] _repetitionLevels;
    private int _count;
    private bool _isClosed;

    /// <summary>Begins a file.</summary>
    /// <param name="path">Where to.</param>
    /// <param name="origin">Where the features come from: <see cref="FeatureOrigin.Of(MobileNetV2Weights, FeatureTap?)"/>.</param>
    /// <param name="share">Which share of a list of pictures it is to hold; null where the file is a whole.</param>
    /// <exception cref="IOException">The folder is missing, or the disk is full.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be written to.</exception>
    public FeatureFileWriter(string path, FeatureOrigin origin, FeatureShare? share = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(origin);
        _path = RealPath.Target(path);
        _featureCount = origin.FeatureCount;
        int rows = FeatureFileLayout.RowsPerGroup(_featureCount);
        _paths = new string[rows];
        _labels = new string?[rows];
        _values = new float[rows * _featureCount];
        _definitionLevels = new int[_values.Length];
        _repetitionLevels = new int[_values.Length];
        Array.Fill(_definitionLevels, FeatureFileLayout.WrittenDefinitionLevel);
        for (int i = 0; i < _repetitionLevels.Length; i++)
        {
            _repetitionLevels[i] = i % _featureCount == 0 ? 0 : 1;
        }

        _temporary = TemporaryFile.Create(_path);
        _writer = Wait(() => ParquetWriter.CreateAsync(FeatureFileLayout.Schema, _temporary.Stream, FeatureFileLayout.WriteOptions));
        _metadata = FeatureOriginMetadata.Write(origin);
        if (share is not null)
        {
            FeatureOriginMetadata.Write(share, _metadata);
        }
    }

    /// <summary>Number of pictures added.</summary>
    public long RowCount { get; private set; }

    /// <summary>Adds a picture.</summary>
    /// <param name="path">Its path, as readers are to see it.</param>
    /// <param name="label">Its class, or null.</param>
    /// <param name="features">Its features, as many as the origin says.</param>
    /// <exception cref="ArgumentException">There are more or fewer features, or one is not a finite number.</exception>
    public void Add(string path, string? label, ReadOnlySpan<float> features)
    {
        ArgumentNullException.ThrowIfNull(path);
        ObjectDisposedException.ThrowIf(_isClosed, this);
        if (features.Length != _featureCount)
        {
            throw new ArgumentException($"The picture '{path}' has {features.Length} features; {_featureCount} are needed.", nameof(features));
        }

        foreach (float value in features)
        {
            if (!float.IsFinite(value))
            {
                throw new ArgumentException($"The features of '{path}' hold {value}; finite numbers are needed.", nameof(features));
            }
        }

        _content.Append(path);
        _content.Append(label is null ? "no" : "yes");
        _content.Append(label ?? string.Empty);
        _content.Append(features);
        features.CopyTo(_values.AsSpan(_count * _featureCount));
        _paths[_count] = path;
        _labels[_count] = label;
        _count++;
        RowCount++;
        if (_count == _paths.Length)
        {
            WriteGroup();
        }
    }

    /// <summary>Writes what is left and gives the file its name.</summary>
    public void Commit()
    {
        ObjectDisposedException.ThrowIf(_isClosed, this);
        WriteGroup();

        // Readers tell files apart by their footers, which else would not show two labels that changed places.
        _metadata[FeatureFileLayout.ContentHash] = _content.Finish();
        _writer.CustomMetadata = _metadata;
        Wait(async () =>
        {
            await _writer.DisposeAsync().ConfigureAwait(false);
            return 0;
        });
        _isClosed = true;
        _content.Dispose();
        _temporary.Commit(_path);
    }

    /// <summary>Closes the file; what was not committed is removed.</summary>
    public void Dispose()
    {
        if (!_isClosed)
        {
            // The writer is left as it is: it would only write a footer.
            _isClosed = true;
            _content.Dispose();
            _temporary.Dispose();
        }
    }

    private void WriteGroup()
    {
        if (_count > 0)
        {
            Wait(async () =>
            {
                await WriteGroupAsync().ConfigureAwait(false);
                return 0;
            });
            _count = 0;
        }
    }

    private async Task WriteGroupAsync()
    {
        int length = _count * _featureCount;
        using ParquetRowGroupWriter group = _writer.CreateRowGroup();
        await group.WriteAsync(FeatureFileLayout.PathField, _paths[.._count], repetitionLevels: null).ConfigureAwait(false);
        await group.WriteAsync(FeatureFileLayout.LabelField, _labels[.._count], repetitionLevels: null).ConfigureAwait(false);
        await group.WriteAllPartsAsync<float>(
            FeatureFileLayout.ElementField,
            _values.AsMemory(0, length),
            _definitionLevels.AsMemory(0, length),
            _repetitionLevels.AsMemory(0, length),
            CancellationToken.None).ConfigureAwait(false);
        group.CompleteValidate();
    }

    // Parquet.Net is asynchronous alone; on a thread of the pool it cannot wait for a caller's synchronisation context.
    private static T Wait<T>(Func<Task<T>> work) => Task.Run(work).GetAwaiter().GetResult();
}
