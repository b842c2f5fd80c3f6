using MLNet.MobileNetV2.Machine;

namespace MLNet.MobileNetV2.Pretrained;

/// <summary>A file of the user's.</summary>
internal sealed record FileSource(string Path, WeightsFileOptions Options) : WeightsSource
{
    public override string Name => Path;

    internal override Task<LoadedWeights> LoadAsync(
        WeightsStore store, IProgress<DownloadProgress>? progress, CancellationToken cancellationToken) =>
        Task.Run(Load, cancellationToken);

    private LoadedWeights Load() => File.Exists(Path)
        ? new LoadedWeights(WeightsFile.Read(Path, Options), Model: null, FallbackReason: null)
        : throw new FileNotFoundException($"The weight file '{Path}' {NotAFile.Describe(Path)}.", Path);
}
