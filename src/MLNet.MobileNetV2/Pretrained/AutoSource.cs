namespace MLNet.MobileNetV2.Pretrained;

/// <summary>ImageNet's weights where they can be had quickly, else the embedded ones, with the reason.</summary>
internal sealed record AutoSource : WeightsSource
{
    private static readonly TimeSpan s_connectTimeout = TimeSpan.FromSeconds(5);

    public override string Name => AutoName;

    internal override async Task<LoadedWeights> LoadAsync(
        WeightsStore store, IProgress<DownloadProgress>? progress, CancellationToken cancellationToken)
    {
        string? reason = null;
        try
        {
            await store.GetAsync(PretrainedModels.ImageNet.WeightsFile!, s_connectTimeout, progress, cancellationToken).ConfigureAwait(false);
        }
        catch (WeightsUnavailableException e)
        {
            reason = $"'{e.FileName}' cannot be had: {e.Reason}";
        }

        WeightsSource chosen = reason is null ? ImageNet : CocoDetection;
        LoadedWeights loaded = await chosen.LoadAsync(store, progress, cancellationToken).ConfigureAwait(false);
        return loaded with { FallbackReason = reason };
    }
}
