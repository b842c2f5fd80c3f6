using MLNet.MobileNetV2.Images;
using MLNet.MobileNetV2.Numerics;

namespace MLNet.MobileNetV2.Reporting;

/// <summary>
/// The photos of a report, each once however often it is shown, in the order in which they were first asked for: where room is short, the
/// first ones get it. Not thread-safe.
/// </summary>
/// <param name="predictor">Tints photos by what speaks for a class; null for none.</param>
internal sealed class PhotoAlbum(MobileNetV2Predictor? predictor)
{
    private const int Side = 160;
    private const int Quality = 70;
    private const int Batch = 64;

    // What a page holds of a picture beside its bytes.
    private const int Frame = 16;

    private readonly Dictionary<(string Path, string? Explained), int> _places = [];
    private readonly List<AlbumPhoto> _photos = [];
    private readonly Dictionary<string, int>? _classes = predictor?.Labels.Index()
        .DistinctBy(label => label.Item).ToDictionary(label => label.Item, label => label.Index, StringComparer.Ordinal);

    /// <summary>The photos.</summary>
    public IReadOnlyList<AlbumPhoto> Photos => _photos;

    /// <summary>Number of photos that the pictures of others left no room for.</summary>
    public int LeftOut => _photos.Count(photo => photo is { Picture: null, Problem: null });

    /// <summary>The place of a photo.</summary>
    public int Add(string path) => Add(path, explained: null);

    /// <summary>The place of a photo, tinted by what speaks for a class; null where nothing can say that.</summary>
    public int? AddExplained(string path, string label) => _classes?.ContainsKey(label) == true ? Add(path, label) : null;

    /// <summary>Makes the pictures, as many as there is room for.</summary>
    /// <param name="room">Bytes of the page that are left for them.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public void MakePictures(long room, CancellationToken cancellationToken)
    {
        var loop = new ParallelLoop(0, cancellationToken);
        foreach (AlbumPhoto[] batch in _photos.Chunk(Batch))
        {
            loop.For(batch.Length, index => Make(batch[index], cancellationToken));
            foreach (AlbumPhoto photo in batch)
            {
                room -= photo.Picture is { } picture ? ((picture.Length + 2L) / 3 * 4) + Frame : 0;
                if (room < 0)
                {
                    photo.Picture = null;
                }
            }

            if (room < 0)
            {
                return;
            }
        }
    }

    private int Add(string path, string? explained)
    {
        if (!_places.TryGetValue((path, explained), out int place))
        {
            place = _places[(path, explained)] = _photos.Count;
            _photos.Add(new(path, explained));
        }

        return place;
    }

    private void Make(AlbumPhoto photo, CancellationToken cancellationToken)
    {
        try
        {
            using var picture = PhotoPicture.ReadSmall(photo.Path, Side);
            if (photo.Explained is { } label)
            {
                predictor!.Explain(photo.Path, _classes![label], cancellationToken).Tint(picture, cancellationToken);
            }

            photo.Picture = picture.ToWebp(Quality);
        }
        catch (BadImageException error)
        {
            photo.Problem = ReportText.Name(error.Reason);
        }
        catch (NotSupportedException)
        {
            photo.Problem = "this model's scores cannot be explained by places.";
        }
    }
}

/// <summary>A photo of an album.</summary>
/// <param name="path">Its file.</param>
/// <param name="explained">The class that it is tinted by; null for none.</param>
internal sealed class AlbumPhoto(string path, string? explained)
{
    /// <summary>Its file.</summary>
    public string Path => path;

    /// <summary>The class that it is tinted by; null for none.</summary>
    public string? Explained => explained;

    /// <summary>The small picture as WebP; null where there is none.</summary>
    public byte[]? Picture { get; set; }

    /// <summary>Why there is no picture; null where there is one, or no room for it.</summary>
    public string? Problem { get; set; }
}
