using MLNet.MobileNetV2.Validation;

namespace MLNet.MobileNetV2;

/// <summary>Options of <see cref="MobileNetV2SegmentationEstimator"/>. Read once, when the estimator is made.</summary>
public sealed class MobileNetV2SegmentationOptions
{
    /// <summary>
    /// Name of the map's column, with which those of its size, labels and shares begin. Default: <c>ClassMap</c>, and so
    /// <c>ClassMapSize</c>, <c>ClassMapLabels</c> and <c>ClassMapShares</c>.
    /// </summary>
    public string OutputColumnName { get; init; } = "ClassMap";

    /// <summary>
    /// Name of the image column: file paths (text), an unsized <c>MLImage</c>, or the bytes of an encoded image
    /// (<c>Vector&lt;Byte&gt;</c>). Default: <c>ImagePath</c>.
    /// </summary>
    public string InputColumnName { get; init; } = "ImagePath";

    /// <summary>The network. Default: <see cref="PretrainedSegmenter.Voc"/>.</summary>
    public PretrainedSegmenter Model { get; init; } = PretrainedSegmenter.Voc;

    /// <summary>Where weights are looked up and kept. Default: as the environment says.</summary>
    public WeightsStoreOptions Store { get; init; } = WeightsStoreOptions.FromEnvironment();

    /// <summary>The size of the map. Default: <see cref="SegmentationMapSize.Photo"/>.</summary>
    public SegmentationMapSize MapSize { get; init; } = SegmentationMapSize.Photo;

    /// <summary>As <see cref="MobileNetV2SegmenterOptions.KeepTrainedRanges"/>. Default: true.</summary>
    public bool KeepTrainedRanges { get; init; } = true;

    /// <summary>
    /// Whether a column <c>ClassMapProbabilities</c> has the probability of each class at each pixel: classes x height x width values of
    /// four bytes, 84 a pixel for 21 classes. Default: false.
    /// </summary>
    public bool IncludeProbabilities { get; init; }

    /// <summary>
    /// What happens with an image that cannot be used: <see cref="BadImageHandling.MissingFeatures"/> gives an empty map of size 0 x 0
    /// whose shares are NaN, in a loaded model too. Default: <see cref="BadImageHandling.Throw"/>.
    /// </summary>
    public BadImageHandling OnBadImage { get; init; } = BadImageHandling.Throw;

    /// <summary>
    /// Called for each image that gave no map for being bad, each time that its row is read, by the thread that reads it; threads may call
    /// at the same time. It is not saved. Default: null.
    /// </summary>
    public Action<BadImage>? BadImageFound { get; init; }

    /// <summary>Stops <c>Fit</c>. Default: none.</summary>
    public CancellationToken CancellationToken { get; init; }

    internal void Validate()
    {
        Require.ColumnName(OutputColumnName);
        Require.ColumnName(InputColumnName);
        ArgumentNullException.ThrowIfNull(Model);
        ArgumentNullException.ThrowIfNull(Store);
        Require.Defined(MapSize);
        Require.Defined(OnBadImage);
    }
}
