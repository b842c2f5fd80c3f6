namespace MLNet.MobileNetV2.Pretrained;

/// <summary>Weights that are in memory.</summary>
internal sealed record ValueSource(MobileNetV2Weights Weights) : WeightsSource
{
    public override string Name => Weights.Name;

    internal override Task<LoadedWeights> LoadAsync(
        WeightsStore store, IProgress<DownloadProgress>? progress, CancellationToken cancellationToken) =>
        Task.FromResult(new LoadedWeights(Weights, Model: null, FallbackReason: null));
}
