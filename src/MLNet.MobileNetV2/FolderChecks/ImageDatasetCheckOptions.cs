using MLNet.MobileNetV2.Validation;

namespace MLNet.MobileNetV2;

/// <summary>Options of <see cref="ImageDatasetCheck"/>. Read once, when the check begins.</summary>
public sealed class ImageDatasetCheckOptions
{
    private const int MaxFolds = 1000;

    /// <summary>
    /// Another folder, of photos to measure or to validate on, which should have no photo of the first one. Default: null, none.
    /// </summary>
    public string? Against { get; init; }

    /// <summary>The weights that make the features. Default: <see cref="WeightsSource.Embedded"/>.</summary>
    public WeightsSource Weights { get; init; } = WeightsSource.Embedded;

    /// <summary>Where weights are looked up and kept. Default: as the environment says.</summary>
    public WeightsStoreOptions Store { get; init; } = WeightsStoreOptions.FromEnvironment();

    /// <summary>Keeps features from one run to the next. Default: null, no cache.</summary>
    public IFeatureCache? Cache { get; init; }

    /// <summary>Folds of the cross-validation that finds likely wrong labels, 2 to 1000. Default: 5.</summary>
    public int Folds { get; init; } = 5;

    /// <summary>Decides which image is in which fold. Default: 1.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>Images whose shorter side is below so many pixels are tiny, at least 0. Default: 64.</summary>
    public int TinySide { get; init; } = 64;

    /// <summary>
    /// Reports the reading of the images, and a download of the weights before it, from any thread, one at a time. Default: null.
    /// </summary>
    public IProgress<ImageFolderTrainingProgress>? Progress { get; init; }

    /// <summary>Called with a sentence for each thing that the user should know. Default: null.</summary>
    public Action<string>? Warning { get; init; }

    /// <summary>What a training on the folder would take of these.</summary>
    internal ImageFolderTrainingOptions Training => new()
    {
        Weights = Weights,
        Store = Store,
        Cache = Cache,
        Progress = Progress,
        Warning = Warning,
    };

    internal void Validate()
    {
        Require.Between(2, MaxFolds, Folds);
        Require.AtLeast(0, TinySide);
        Training.Validate();
    }
}
