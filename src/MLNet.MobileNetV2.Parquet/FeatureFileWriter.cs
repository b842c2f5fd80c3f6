using MLNet.MobileNetV2.Machine;
using MLNet.MobileNetV2.Parquet;
using MLNet.MobileNetV2.Weights;
using Parquet;

namespace MLNet.MobileNetV2;

/// <summary>
/// Writes features as a Parquet file: a row an image with <c>path</c> (text), <c>label</c> (text or null) and <c>features</c> (a list of
/// floats); the origin of the features is in the file's metadata.
/// </summary>
/// <remarks>
/// Rows are written in groups of 8 MiB, so memory does not grow with their number. The file has a temporary name of its own beside the
/// final one (<c>.name.number.tmp</c>) until <see cref="CommitAsync"/> moves it, in one step, over an existing file: of several
/// writers of one name, the last to commit stays. A writer that is disposed before leaves nothing behind, one whose process is killed
/// leaves the temporary file, which the next writer of that name deletes. A link as the final name stays, and what it leads to is
/// written. Equal rows of an equal origin make equal files. Not thread-safe.
/// </remarks>
public sealed class FeatureFileWriter : IAsyncDisposable
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

    // The levels of the elements of full rows, the same for every group: megabytes that are worth keeping.
    private readonly int[] _definitionLevels;
    private readonly int[] _repetitionLevels;
    private int _count;
    private bool _isClosed;

    private FeatureFileWriter(string path, FeatureOrigin origin, FeatureShare? share, TemporaryFile temporary, ParquetWriter writer)
    {
        _path = path;
        _temporary = temporary;
        _writer = writer;
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

        _metadata = FeatureOriginMetadata.Write(origin);
        if (share is not null)
        {
            FeatureOriginMetadata.Write(share, _metadata);
        }
    }

    /// <summary>Begins a file.</summary>
    /// <param name="path">Where to.</param>
    /// <param name="origin">Where the features come from: <see cref="FeatureOrigin.Of(MobileNetV2Weights, FeatureTap?)"/>.</param>
    /// <param name="share">Which share of a list of images it is to hold; null where the file is a whole.</param>
    /// <exception cref="IOException">The folder is missing, or the disk is full.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be written to.</exception>
    public static async Task<FeatureFileWriter> CreateAsync(string path, FeatureOrigin origin, FeatureShare? share = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(origin);
        string target = RealPath.Target(path);
        TemporaryFile temporary = TemporaryFile.Create(target);
        try
        {
            ParquetWriter writer = await ParquetWriter.CreateAsync(
                FeatureFileLayout.Schema, temporary.Stream, FeatureFileLayout.WriteOptions).ConfigureAwait(false);
            return new FeatureFileWriter(target, origin, share, temporary, writer);
        }
        catch
        {
            temporary.Dispose();
            throw;
        }
    }

    /// <summary>Number of images added.</summary>
    public long RowCount { get; private set; }

    /// <summary>Adds an image, and writes a group when it is full. The features are copied before the call returns.</summary>
    /// <param name="path">Its path, as readers are to see it.</param>
    /// <param name="label">Its class, or null.</param>
    /// <param name="features">Its features, as many as the origin says.</param>
    /// <exception cref="ArgumentException">There are more or fewer features, or one is not a finite number.</exception>
    public ValueTask AddAsync(string path, string? label, ReadOnlySpan<float> features)
    {
        ArgumentNullException.ThrowIfNull(path);
        ObjectDisposedException.ThrowIf(_isClosed, this);
        if (features.Length != _featureCount)
        {
            throw new ArgumentException(
                $"The image '{path}' has {features.Length} features; {_featureCount} are needed.", nameof(features));
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
        return _count == _paths.Length ? new(WriteGroupAsync()) : ValueTask.CompletedTask;
    }

    /// <summary>Writes what is left and gives the file its name.</summary>
    public async Task CommitAsync()
    {
        ObjectDisposedException.ThrowIf(_isClosed, this);
        await WriteGroupAsync().ConfigureAwait(false);

        // Readers tell files apart by their footers, which else would not show two labels that changed places.
        _metadata[FeatureFileLayout.ContentHash] = _content.Finish();
        _writer.CustomMetadata = _metadata;
        await _writer.DisposeAsync().ConfigureAwait(false);
        _isClosed = true;
        _content.Dispose();
        _temporary.Commit(_path);
    }

    /// <summary>Closes the file; what was not committed is removed.</summary>
    public ValueTask DisposeAsync()
    {
        if (!_isClosed)
        {
            // The writer is left as it is: it would only write a footer.
            _isClosed = true;
            _content.Dispose();
            _temporary.Dispose();
        }

        return ValueTask.CompletedTask;
    }

    private async Task WriteGroupAsync()
    {
        if (_count == 0)
        {
            return;
        }

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
        _count = 0;
    }
}
