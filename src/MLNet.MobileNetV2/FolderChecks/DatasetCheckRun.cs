using MLNet.MobileNetV2.Data;
using MLNet.MobileNetV2.FolderTraining;
using MLNet.MobileNetV2.Numerics;
using Microsoft.ML;

namespace MLNet.MobileNetV2.FolderChecks;

/// <summary>Checks a folder, and perhaps another one beside it. For one run.</summary>
internal sealed class DatasetCheckRun(string folder, ImageDatasetCheckOptions options, CancellationToken cancellationToken)
{
    // Tukey's far outliers: beyond the third quartile by three times the distance of the quartiles.
    private const double FarOut = 3;
    private const int NearOfOutliers = 5;
    private const int LeastForOutliers = 8;
    private const double BlankDeviation = 4;
    private const double LeastSharpness = 0.12;
    private const int MostElongated = 3;

    private readonly List<CheckedPhoto> _photos = [];
    private readonly List<BadImage> _unreadable = [];
    private LoadedWeights? _weights;

    /// <summary>Checks.</summary>
    public ImageDatasetCheck Run()
    {
        IReadOnlyList<ImageFile> files = Files(folder, minimumClasses: 2);
        IReadOnlyList<ImageFile> others = options.Against is { } against ? Files(against, minimumClasses: 1) : [];
        Read(files, others);
        CheckedPhoto[] own = [.. _photos.Where(photo => !photo.IsOther)];
        var neighbours = FeatureNeighbours.Of(
            _photos.Select(photo => photo.Features), own.Length, DuplicateSearch.LeastCosine, cancellationToken);
        ImageThumbnail[] thumbnails = [.. _photos.Select(photo => photo.Thumbnail)];
        int[][] exact = DuplicateSearch.Exact(thumbnails);
        IReadOnlyList<(int First, int Second, DuplicateKind Kind, double Similarity)> same =
        [
            .. exact.SelectMany(group => group.Skip(1).Select(other => (group[0], other, DuplicateKind.Exact, 1.0))),
            .. DuplicateSearch.Near(thumbnails, neighbours.Pairs, cancellationToken),
        ];
        return new()
        {
            Weights = _weights,
            Images = files.Count,
            Classes = [.. files.CountBy(file => file.Label).OrderBy(one => one.Key, StringComparer.Ordinal).Select(
                one => new ImageClassCount(one.Key, one.Value))],
            Unreadable = _unreadable,
            WronglyNamed =
            [
                .. own.Where(photo => photo.IsWronglyNamed)
                    .Select(photo => new WronglyNamedImage(photo.Path, photo.Thumbnail.Format)),
            ],
            ExactDuplicates =
            [
                .. exact.Select(group => group.Where(index => !_photos[index].IsOther).Select(index => _photos[index].Path).ToArray())
                    .Where(group => group.Length > 1),
            ],
            NearDuplicates = Pairs(same, (first, second) => !first.IsOther && !second.IsOther, isExactToo: false),
            ConflictingLabels = Pairs(
                same, (first, second) => !first.IsOther && !second.IsOther && first.Label != second.Label, isExactToo: true),
            Leakage = Pairs(same, (first, second) => !first.IsOther && second.IsOther, isExactToo: true),
            LikelyWrong = LikelyWrong(own, same, neighbours),
            Outliers = Outliers([.. neighbours.Nearest.Take(own.Length).Select(Distance)]),
            Tiny = Where(own, IsTiny),

            // Enlarged, tiny photos have no sharp edges either.
            Blurred = Where(
                own,
                photo => !IsTiny(photo) && photo.Thumbnail.Deviation >= BlankDeviation && photo.Thumbnail.Sharpness < LeastSharpness),
            Blank = Where(own, photo => photo.Thumbnail.Deviation < BlankDeviation),
            UnusualShapes = Where(own, photo => photo.IsElongated(MostElongated)),
        };
    }

    private IReadOnlyList<ImageFile> Files(string path, int minimumClasses)
    {
        var listing = ImageFolderListing.OfClasses(path, cancellationToken);
        IReadOnlyList<ImageFile> files = listing.Labelled(new ImageFolderOptions { MinimumClasses = minimumClasses });
        foreach (string sentence in listing.LeftOut())
        {
            options.Warning?.Invoke(sentence);
        }

        return files;
    }

    private void Read(IReadOnlyList<ImageFile> files, IReadOnlyList<ImageFile> others)
    {
        _weights = options.Training.LoadWeights(cancellationToken);
        var progress = new StepProgress(options.Progress, files.Count + others.Count, isEven: true);
        using var features = new ImageFeatures(new MLContext(seed: 1), _weights.Weights, options.Cache, progress, cancellationToken);
        Add(features.Stream(files, isReused: false), isOther: false);
        Add(features.Stream(others, isReused: false), isOther: true);
        _unreadable.AddRange(features.Skipped);
    }

    private void Add(IEnumerable<FeatureRow> rows, bool isOther)
    {
        FeatureRow[] usable = [.. rows];
        var thumbnails = new ImageThumbnail?[usable.Length];
        var errors = new BadImage?[usable.Length];
        new ParallelLoop(0, cancellationToken).For(usable.Length, index =>
        {
            try
            {
                thumbnails[index] = ImageThumbnail.Read(usable[index].ImagePath);
            }
            catch (BadImageException error)
            {
                // Features may come from a cache, of a file that has changed since.
                errors[index] = new(error.Path, error.Reason);
            }
        });
        _unreadable.AddRange(errors.OfType<BadImage>());
        for (int index = 0; index < usable.Length; index++)
        {
            if (thumbnails[index] is { } thumbnail)
            {
                _photos.Add(new(usable[index].ImagePath, usable[index].Label, usable[index].Features, thumbnail, isOther));
            }
        }
    }

    private IReadOnlyList<DuplicateImages> Pairs(
        IEnumerable<(int First, int Second, DuplicateKind Kind, double Similarity)> same,
        Func<CheckedPhoto, CheckedPhoto, bool> counts,
        bool isExactToo) =>
    [
        .. same.Where(pair => isExactToo || pair.Kind != DuplicateKind.Exact)
            .Where(pair => counts(_photos[pair.First], _photos[pair.Second]))
            .Select(pair => new DuplicateImages(_photos[pair.First].Path, _photos[pair.Second].Path, pair.Kind, pair.Similarity)),
    ];

    // Photos that are the same are in one fold: else the head has learned the wrong label of one by the other.
    private IReadOnlyList<LikelyWrongLabel> LikelyWrong(
        CheckedPhoto[] own,
        IReadOnlyList<(int First, int Second, DuplicateKind Kind, double Similarity)> same,
        FeatureNeighbours neighbours)
    {
        string[] classes = [.. own.Select(photo => photo.Label).Distinct().Order(StringComparer.Ordinal)];
        if (classes.Length < 2)
        {
            return [];
        }

        int[] groups = PhotoGroups.Of(own.Length, same.Where(pair => pair.Second < own.Length).Select(pair => (pair.First, pair.Second)));
        FeatureRow[] rows =
            [.. own.Select(photo => new FeatureRow { ImagePath = photo.Path, Label = photo.Label, Features = photo.Features })];
        var folds = new HeadFolds(rows, classes, groups, options.Folds, options.Seed);
        var head = new MobileNetV2HeadOptions
        {
            L2Regularization = LikelyWrongLabels.L2Regularization, CancellationToken = cancellationToken,
        };
        return LikelyWrongLabels.Find(folds.ScoreRows(head), neighbours.Nearest, groups, folds.Labels, classes);
    }

    private IReadOnlyList<OutlierImage> Outliers(double[] distances)
    {
        double[] sorted = [.. distances.Order()];
        if (sorted.Length < LeastForOutliers)
        {
            return [];
        }

        (double low, double high) = (sorted[sorted.Length / 4], sorted[3 * sorted.Length / 4]);
        double limit = high + (FarOut * (high - low));
        return
        [
            .. distances.Index().Where(photo => photo.Item > limit)
                .OrderByDescending(photo => photo.Item)
                .Select(photo => new OutlierImage(_photos[photo.Index].Path, photo.Item)),
        ];
    }

    private static double Distance(Neighbour[] nearest) =>
        nearest.Length == 0 ? 0 : nearest.Take(NearOfOutliers).Average(one => 1.0 - one.Cosine);

    private bool IsTiny(CheckedPhoto photo) => Math.Min(photo.Thumbnail.Size.Width, photo.Thumbnail.Size.Height) < options.TinySide;

    private static string[] Where(CheckedPhoto[] photos, Func<CheckedPhoto, bool> has) =>
        [.. photos.Where(has).Select(photo => photo.Path)];
}
