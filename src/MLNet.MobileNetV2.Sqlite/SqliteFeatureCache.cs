using Microsoft.Data.Sqlite;
using MLNet.MobileNetV2.Sqlite;

namespace MLNet.MobileNetV2;

/// <summary>A feature cache in a folder: a SQLite database that several processes can use at a time.</summary>
/// <remarks>
/// Features are gathered and written 256 images at a time, and what is left when a reading ends: a process that is killed loses at most
/// those that it had not written yet. Damage costs features and gives no wrong ones. The folder must be on a disk of the machine itself,
/// since SQLite does not share a database over a network; it can be deleted when no process uses it. Thread-safe. Dispose it after the
/// featurizers.
/// </remarks>
public sealed class SqliteFeatureCache : IFeatureCache, IDisposable
{
    private const long MinBytes = 1024 * 1024;
    private const long MaxBatchBytes = 8 * 1024 * 1024;
    private const int MaxBatchRows = 256;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, float[]> _pending = new(StringComparer.Ordinal);
    private readonly FeatureDatabase _database;
    private readonly string _folder;
    private readonly long _maxBytes;
    private readonly Action<Exception>? _failed;
    private long _pendingBytes;
    private volatile bool _canRead = true;
    private volatile bool _canWrite = true;

    /// <summary>Opens the cache of a folder.</summary>
    /// <param name="folder">The folder, which is created where it is missing.</param>
    /// <param name="maxBytes">
    /// Most bytes of the database, from 1 MiB up: some 5.5 KB an image at 1280 features. Above, the features that were written first go,
    /// until a sixteenth is free. While it is open, a log beside it takes a few MiB more. Default: 1 GiB, some 190,000 images. A set of
    /// images that does not fit finds little of itself again.
    /// </param>
    /// <param name="failed">
    /// Called, on the thread that noticed, when features can no longer be read or written, for example because the database is damaged or
    /// the disk full: featurizing goes on without the cache. What it throws surfaces from reading a row's features, or from disposing.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">The bound is less than 1 MiB.</exception>
    /// <exception cref="IOException">The folder cannot be made, read or written to.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be made, read or written to.</exception>
    public SqliteFeatureCache(string folder, long maxBytes = 1024L * 1024 * 1024, Action<Exception>? failed = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(folder);
        if (maxBytes < MinBytes)
        {
            throw new ArgumentOutOfRangeException(
                nameof(maxBytes), maxBytes, $"{nameof(maxBytes)} is {maxBytes}; it must be at least {MinBytes}.");
        }

        _folder = Path.GetFullPath(folder);
        _maxBytes = maxBytes;
        _failed = failed;
        Directory.CreateDirectory(_folder);
        _database = new FeatureDatabase(Path.Combine(_folder, "features.v1.sqlite"));
        try
        {
            _database.Open(maxBytes);
        }
        catch (SqliteException error) when (FeatureDatabase.IsDamage(error))
        {
            _canRead = _canWrite = false;
            Tell(error);
        }
        catch (SqliteException error)
        {
            _database.Dispose();
            throw Failure(error);
        }
    }

    /// <inheritdoc/>
    public bool TryGet(ReadOnlySpan<byte> key, Span<float> features)
    {
        lock (_gate)
        {
            if (_pending.Count > 0
                && _pending.TryGetValue(Convert.ToHexString(key), out float[]? pending) && pending.Length == features.Length)
            {
                pending.CopyTo(features);
                return true;
            }
        }

        try
        {
            return _canRead && _database.TryRead(key, features);
        }
        catch (SqliteException error)
        {
            lock (_gate)
            {
                if (_canRead)
                {
                    _canRead = _canWrite = false;
                    Tell(error);
                }
            }

            return false;
        }
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentOutOfRangeException">The features of one image take more than the bound.</exception>
    public void Add(ReadOnlySpan<byte> key, ReadOnlySpan<float> features)
    {
        long bytes = FeatureDatabase.BytesOf(features.Length);
        if (bytes > _maxBytes)
        {
            throw new ArgumentOutOfRangeException(
                nameof(features), features.Length, $"One image's features take {bytes} bytes; the cache has room for {_maxBytes}.");
        }

        lock (_gate)
        {
            if (_canWrite && _pending.TryAdd(Convert.ToHexString(key), features.ToArray()))
            {
                _pendingBytes += bytes;
                if (_pending.Count == MaxBatchRows || _pendingBytes >= Math.Min(MaxBatchBytes, _maxBytes / 8))
                {
                    Write();
                }
            }
        }
    }

    /// <inheritdoc/>
    public void Flush()
    {
        lock (_gate)
        {
            if (_pending.Count > 0)
            {
                Write();
            }
        }
    }

    /// <summary>Writes what has gathered, and closes the database.</summary>
    public void Dispose()
    {
        try
        {
            Flush();
        }
        finally
        {
            _canRead = _canWrite = false;
            _database.Dispose();
        }
    }

    private void Write()
    {
        try
        {
            _database.Write(_pending, _pendingBytes, _maxBytes);
        }
        catch (SqliteException error)
        {
            _canWrite = false;
            Tell(error);
        }
        finally
        {
            _pending.Clear();
            _pendingBytes = 0;
        }
    }

    private void Tell(SqliteException error) => _failed?.Invoke(Failure(error));

    private IOException Failure(SqliteException error) => new(
        FeatureDatabase.IsDamage(error)
            ? $"The feature cache '{_folder}' is damaged; delete the folder to begin anew: {error.Message}"
            : $"The feature cache '{_folder}' cannot be used: {error.Message}",
        error);
}
