using MLNet.MobileNetV2.FineTuning.Gradients;
using MLNet.MobileNetV2.Numerics;

namespace MLNet.MobileNetV2.FineTuning.Training;

/// <summary>
/// The layers in front, the trained part and the batches of a training. Disposes its sessions and sources, not the images.
/// </summary>
internal sealed class TrainingPipeline : IDisposable
{
    private readonly FineTuneOptions _options;
    private readonly MobileNetV2Weights _start;
    private readonly FrontLayers _front;
    private readonly long _seed;
    private readonly List<InputSource> _sources = [];

    public TrainingPipeline(
        MobileNetV2Weights start,
        GradientOptions gradients,
        FineTuneOptions options,
        ImageSplit images,
        ITargetSource targets,
        float[] weights)
    {
        _start = start;
        _options = options;
        _seed = ViewSeed(options);
        Engine = new GradientEngine(start, gradients with { BatchNorm = options.BatchNorm, ThreadCount = options.ThreadCount });
        try
        {
            _front = new FrontLayers(start, Engine.InputTap);
        }
        catch
        {
            Engine.Dispose();
            throw;
        }

        Loader = new BatchLoader(
            Source(images, options.Augmentation),
            targets,
            weights,
            start.FeatureCount,
            gradients.Loss == GradientLoss.SquaredError ? 0 : options.Dropout ?? start.Architecture.Dropout,
            options);
    }

    /// <summary>Losses and gradients of the trained part.</summary>
    public GradientEngine Engine { get; }

    /// <summary>The batches.</summary>
    public BatchLoader Loader { get; }

    /// <summary>The seed of the views, which a teacher's views share.</summary>
    public static long ViewSeed(FineTuneOptions options) => (long)new SplitMix64(options.Seed, (long)RandomPurpose.Views).NextUInt64();

    /// <summary>Images as inputs of the trained part.</summary>
    public InputSource Source(ImageSplit images, ImageAugmentation augmentation)
    {
        var source = new InputSource(images, _start.Preprocessing, augmentation, _options.ViewsPerImage, _seed, _front);
        _sources.Add(source);
        return source;
    }

    public void Dispose()
    {
        _sources.ForEach(source => source.Dispose());
        Engine.Dispose();
        _front.Dispose();
    }
}
