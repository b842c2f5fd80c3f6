using MLNet.MobileNetV2.FineTuning.Gradients;
using MLNet.MobileNetV2.Numerics;

namespace MLNet.MobileNetV2.FineTuning.Training;

/// <summary>
/// What a training runs on: its batches, gradients at the size of its views, and outputs at the network's own size. Disposes its sessions
/// and sources, not the images.
/// </summary>
internal sealed class TrainingPipeline : IDisposable
{
    private readonly FineTuneOptions _options;
    private readonly long _seed;
    private readonly SizedNetwork _training;
    private readonly SizedNetwork _evaluation;
    private readonly List<InputSource> _sources = [];

    public TrainingPipeline(
        MobileNetV2Weights start,
        GradientOptions gradients,
        FineTuneOptions options,
        ImageSplit images,
        ITargetSource targets,
        float[] weights)
    {
        _options = options;
        _seed = ViewSeed(options);
        gradients = gradients with { BatchNorm = options.BatchNorm, ThreadCount = options.ThreadCount };
        _evaluation = new SizedNetwork(start, gradients);
        int size = options.TrainingSizeFor(start.Preprocessing.Size);
        try
        {
            _training = size == start.Preprocessing.Size
                ? _evaluation
                : new SizedNetwork(start.WithPreprocessing(start.Preprocessing with { Size = size }), gradients);
        }
        catch
        {
            _evaluation.Dispose();
            throw;
        }

        Loader = new BatchLoader(
            Source(_training, images, options.Augmentation),
            targets,
            weights,
            start.FeatureCount,
            gradients.Loss == GradientLoss.CrossEntropy ? options.Dropout ?? start.Architecture.Dropout : 0,
            options);
    }

    /// <summary>Losses and gradients of the trained part, for images of the training's size.</summary>
    public GradientEngine Engine => _training.Engine;

    /// <summary>The trained part for images of the network's own size; the same where the training's is no other.</summary>
    public GradientEngine EvaluationEngine => _evaluation.Engine;

    /// <summary>The batches.</summary>
    public BatchLoader Loader { get; }

    /// <summary>The seed of the views, which a teacher's views share.</summary>
    public static long ViewSeed(FineTuneOptions options) => (long)new SplitMix64(options.Seed, (long)RandomPurpose.Views).NextUInt64();

    /// <summary>Images as a prediction sees them, as inputs of the trained part.</summary>
    public InputSource EvaluationSource(ImageSplit images) => Source(_evaluation, images, ImageAugmentation.None);

    public void Dispose()
    {
        _sources.ForEach(source => source.Dispose());
        _training.Dispose();
        _evaluation.Dispose();
    }

    private InputSource Source(SizedNetwork network, ImageSplit images, ImageAugmentation augmentation)
    {
        var source = new InputSource(
            images, network.Weights.Preprocessing, augmentation, _options.ViewsPerImage, _seed, network.Front);
        _sources.Add(source);
        return source;
    }

    /// <summary>A network that takes images of one size: its trained part and the layers in front. Disposes both.</summary>
    private sealed class SizedNetwork : IDisposable
    {
        public SizedNetwork(MobileNetV2Weights weights, GradientOptions gradients)
        {
            Weights = weights;
            Engine = new GradientEngine(weights, gradients);
            try
            {
                Front = new FrontLayers(weights, Engine.InputTap);
            }
            catch
            {
                Engine.Dispose();
                throw;
            }
        }

        public MobileNetV2Weights Weights { get; }

        public GradientEngine Engine { get; }

        public FrontLayers Front { get; }

        public void Dispose()
        {
            Engine.Dispose();
            Front.Dispose();
        }
    }
}
