using MLNet.MobileNetV2.Weights;

namespace MLNet.MobileNetV2.Pretrained;

/// <summary>A model of the catalog.</summary>
internal sealed record PretrainedSource(PretrainedModel Model) : WeightsSource
{
    public override string Name => Model.Name;

    internal override async Task<LoadedWeights> LoadAsync(
        WeightsStore store, IProgress<DownloadProgress>? progress, CancellationToken cancellationToken)
    {
        string? path = Model.WeightsFile is { } file
            ? await store.GetAsync(file, progress, cancellationToken).ConfigureAwait(false)
            : null;
        MobileNetV2Weights weights = await Task.Run(() => Read(Model, path), cancellationToken).ConfigureAwait(false);
        return new(weights, Model, FallbackReason: null);
    }

    private static MobileNetV2Weights Read(PretrainedModel model, string? path) => path is null
        ? WeightsFile.Read(model, model.Name, EmbeddedWeights.Read())
        : WeightsFile.Read(model, path, BoundedFile.Read(path, WeightsFile.MaxLength));
}
