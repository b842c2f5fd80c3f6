using System.Security.Cryptography;
using System.Text;

namespace MLNet.MobileNetV2.FeatureCache;

/// <summary>
/// Features on disk by picture. An index of what was on disk at the start is in memory; new features are gathered and written as one more
/// part. Small parts are joined when they are many. Thread-safe.
/// </summary>
internal sealed class FolderFeatureCache
{
    /// <summary>Length of the names of the folders with one origin's parts.</summary>
    public const int FolderNameLength = 32;

    private const int MaxPartBytes = 8 * 1024 * 1024;

    private readonly Lock _gate = new();
    private readonly Dictionary<PictureKey, (CachePart Part, int Row)> _index = [];
    private readonly Dictionary<PictureKey, int> _pending = [];
    private readonly FeatureCacheOptions _options;
    private readonly int _featureCount;
    private readonly byte[] _originHash;
    private readonly string _folder;
    private readonly CacheBound _bound;
    private readonly PartMerge _merge;
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);
    private readonly PictureKey[] _pendingKeys;
    private readonly float[] _pendingFeatures;
    private bool _isReadOnly;
    private long _hits;

    /// <summary>Opens the cache for features of one origin.</summary>
    /// <param name="options">Where it is, and its bounds.</param>
    /// <param name="origin">What the features come from.</param>
    /// <param name="computation">How they are computed, where that is not exactly and on the CPU.</param>
    /// <exception cref="ArgumentOutOfRangeException">The bound is less than one picture's features take.</exception>
    /// <exception cref="IOException">The folder cannot be made or read.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder cannot be made or read.</exception>
    public FolderFeatureCache(FeatureCacheOptions options, FeatureOrigin origin, string computation = "")
    {
        _options = options;
        _featureCount = origin.FeatureCount;
        _originHash = HashOf(origin, options.Key, computation);
        string folder = Path.GetFullPath(options.Folder);
        _folder = Path.Combine(folder, Convert.ToHexStringLower(_originHash)[..FolderNameLength]);
        int rows = RowsPerPart(options, _featureCount);
        _pendingKeys = new PictureKey[rows];
        _pendingFeatures = new float[rows * _featureCount];
        Directory.CreateDirectory(_folder);
        _bound = new CacheBound(folder, options.MaxBytes);
        _merge = new PartMerge(_folder, _originHash, _featureCount, rows);
        _bound.Look();
        ReadIndex();
        Merge();
    }

    /// <summary>How many times all files were looked at to see whether they are too many.</summary>
    internal int Looks => _bound.Looks;

    /// <summary>By what pictures are known.</summary>
    public FeatureCacheKey Key => _options.Key;

    /// <summary>How many pictures were found.</summary>
    public long Hits => Interlocked.Read(ref _hits);

    /// <summary>Gives a picture's features, if they are there.</summary>
    public bool TryGet(in PictureKey key, Span<float> features)
    {
        (CachePart Part, int Row) place;
        lock (_gate)
        {
            if (_pending.TryGetValue(key, out int row))
            {
                _pendingFeatures.AsSpan(row * _featureCount, _featureCount).CopyTo(features);
                Interlocked.Increment(ref _hits);
                return true;
            }

            if (!_index.TryGetValue(key, out place))
            {
                return false;
            }
        }

        if (place.Part.TryRead(place.Row, features) || (TryFindAgain(key, ref place) && place.Part.TryRead(place.Row, features)))
        {
            Interlocked.Increment(ref _hits);
            return true;
        }

        lock (_gate)
        {
            _index.Remove(key);
        }

        return false;
    }

    /// <summary>Keeps a picture's features, and writes those that have gathered when they are enough.</summary>
    public void Add(in PictureKey key, ReadOnlySpan<float> features)
    {
        lock (_gate)
        {
            if (_isReadOnly || _index.ContainsKey(key) || !_pending.TryAdd(key, _pending.Count))
            {
                return;
            }

            int row = _pending.Count - 1;
            _pendingKeys[row] = key;
            features.CopyTo(_pendingFeatures.AsSpan(row * _featureCount));
            if (_pending.Count == _pendingKeys.Length)
            {
                Write();
            }
        }
    }

    /// <summary>Writes what has gathered.</summary>
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

    // Another process may have joined the part with others, or deleted it.
    private bool TryFindAgain(in PictureKey key, ref (CachePart Part, int Row) place)
    {
        if (File.Exists(place.Part.Path))
        {
            return false;
        }

        lock (_gate)
        {
            if (_known.Remove(place.Part.Path))
            {
                ReadIndex();
            }

            CachePart gone = place.Part;
            return _index.TryGetValue(key, out place) && place.Part != gone;
        }
    }

    private void ReadIndex()
    {
        try
        {
            foreach (string path in Directory.EnumerateFiles(_folder, $"*{CachePart.Extension}"))
            {
                if (!_known.Contains(path) && CachePart.TryOpen(path, _originHash, _featureCount) is { } opened)
                {
                    Register(opened.Part, opened.Keys);
                }
            }
        }
        catch (DirectoryNotFoundException)
        {
            // Somebody has deleted the cache.
        }
    }

    private void Merge() => _merge.MergeIfMany((part, keys) =>
    {
        Register(part, keys);
        _bound.Add(part.Length);
    });

    private void Write()
    {
        int count = _pending.Count;
        ReadOnlySpan<PictureKey> keys = _pendingKeys.AsSpan(0, count);
        try
        {
            // It may have been deleted meanwhile.
            Directory.CreateDirectory(_folder);
            string path = Path.Combine(_folder, CachePart.NewName());
            CachePart part = CachePart.Write(path, _originHash, keys, _pendingFeatures.AsSpan(0, count * _featureCount));
            Register(part, keys);
            _bound.Add(part.Length);
            Merge();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            _isReadOnly = true;
            _options.WriteFailed?.Invoke(error);
        }
        finally
        {
            _pending.Clear();
        }
    }

    private void Register(CachePart part, ReadOnlySpan<PictureKey> keys)
    {
        _known.Add(part.Path);
        _merge.Add(part, keys);
        for (int row = 0; row < keys.Length; row++)
        {
            _index[keys[row]] = (part, row);
        }
    }

    private static int RowsPerPart(FeatureCacheOptions options, int featureCount)
    {
        long least = CachePart.LengthOf(1, featureCount);
        if (options.MaxBytes < least)
        {
            throw new ArgumentOutOfRangeException(
                nameof(options),
                options.MaxBytes,
                $"{nameof(FeatureCacheOptions)}.{nameof(FeatureCacheOptions.MaxBytes)} must be {least} or more: so many bytes take the {featureCount} features of one picture.");
        }

        // Several parts fit into the smallest cache, so that it always keeps some when it drops one.
        long partBytes = Math.Min(MaxPartBytes, options.MaxBytes / 8);
        return (int)Math.Clamp(partBytes / (CachePart.RowLengthOf(featureCount) + PictureKey.Length), 1, options.RowsPerPart);
    }

    private static byte[] HashOf(FeatureOrigin origin, FeatureCacheKey key, string computation)
    {
        // Weights are the same by their tensors, whatever they are called and wherever they come from.
        IEnumerable<KeyValuePair<string, string>> entries = FeatureOriginMetadata.Write(origin with { WeightsName = "-", WeightsSha256 = null })
            .OrderBy(entry => entry.Key, StringComparer.Ordinal);
        return SHA256.HashData(Encoding.UTF8.GetBytes($"{key}\n{computation}\n{string.Join('\n', entries)}"));
    }
}
