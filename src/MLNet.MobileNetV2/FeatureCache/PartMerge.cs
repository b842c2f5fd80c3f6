using System.Runtime.InteropServices;

namespace MLNet.MobileNetV2.FeatureCache;

/// <summary>
/// Joins small parts: their rows are written as one more part before they are deleted, so that a process that is killed between leaves
/// nothing worse than rows that are there twice. One process at a time joins the parts of one origin. Not thread-safe.
/// </summary>
/// <param name="folder">The folder with the parts of one origin.</param>
/// <param name="originHash">The hash of the origin.</param>
/// <param name="featureCount">Features of a row.</param>
/// <param name="rowsPerPart">Most rows of a part.</param>
internal sealed class PartMerge(string folder, byte[] originHash, int featureCount, int rowsPerPart)
{
    /// <summary>So many small parts are joined.</summary>
    public const int Threshold = 32;

    private const string LockName = "merge.lock";

    private readonly List<(CachePart Part, PictureKey[] Keys)> _small = [];

    /// <summary>Remembers a part where it is a small one.</summary>
    public void Add(CachePart part, ReadOnlySpan<PictureKey> keys)
    {
        if (part.Rows < rowsPerPart / 2)
        {
            _small.Add((part, keys.ToArray()));
        }
    }

    /// <summary>Joins the small parts, if they are many and no other process is at it.</summary>
    /// <param name="joined">Told of each new part and its keys, before the old ones are deleted.</param>
    public void MergeIfMany(Action<CachePart, PictureKey[]> joined)
    {
        if (_small.Count < Threshold)
        {
            return;
        }

        (CachePart Part, PictureKey[] Keys)[] parts = [.. _small];
        _small.Clear();
        try
        {
            using FileStream _ = new(Path.Combine(folder, LockName), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1);
            Merge(parts, joined);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // Another process is at it, or the disk is full: the small parts are good as they are, and the next run tries again.
        }
    }

    private void Merge((CachePart Part, PictureKey[] Keys)[] parts, Action<CachePart, PictureKey[]> joined)
    {
        var keys = new List<PictureKey>(rowsPerPart);
        var features = new List<float>(rowsPerPart * featureCount);
        var known = new HashSet<PictureKey>();
        int first = 0;
        for (int next = 0; next < parts.Length; next++)
        {
            if (keys.Count + parts[next].Part.Rows > rowsPerPart)
            {
                Write(parts.AsSpan(first..next), keys, features, joined);
                first = next;
            }

            Read(parts[next].Part, parts[next].Keys, known, keys, features);
        }

        Write(parts.AsSpan(first..), keys, features, joined);
    }

    private void Read(CachePart part, PictureKey[] partKeys, HashSet<PictureKey> known, List<PictureKey> keys, List<float> features)
    {
        for (int row = 0; row < partKeys.Length; row++)
        {
            if (known.Add(partKeys[row]))
            {
                int length = features.Count;
                CollectionsMarshal.SetCount(features, length + featureCount);
                if (part.TryRead(row, CollectionsMarshal.AsSpan(features)[length..]))
                {
                    keys.Add(partKeys[row]);
                }
                else
                {
                    known.Remove(partKeys[row]);
                    CollectionsMarshal.SetCount(features, length);
                }
            }
        }
    }

    private void Write(
        ReadOnlySpan<(CachePart Part, PictureKey[] Keys)> parts, List<PictureKey> keys, List<float> features, Action<CachePart, PictureKey[]> joined)
    {
        if (keys.Count > 0)
        {
            string path = Path.Combine(folder, CachePart.NewName());
            DateTime time = NewestOf(parts);
            CachePart part = CachePart.Write(path, originHash, CollectionsMarshal.AsSpan(keys), CollectionsMarshal.AsSpan(features));

            // The parts that were written first are the first to go.
            File.SetLastWriteTimeUtc(path, time);
            joined(part, [.. keys]);
        }

        foreach ((CachePart part, _) in parts)
        {
            CacheFolder.TryDelete(part.Path);
        }

        keys.Clear();
        features.Clear();
    }

    // A file that is gone has a time long past.
    private static DateTime NewestOf(ReadOnlySpan<(CachePart Part, PictureKey[] Keys)> parts)
    {
        DateTime newest = DateTime.UnixEpoch;
        foreach ((CachePart part, _) in parts)
        {
            DateTime time = File.GetLastWriteTimeUtc(part.Path);
            newest = time > newest ? time : newest;
        }

        return newest;
    }
}
