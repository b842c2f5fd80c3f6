using System.Text.Json;
using System.Text.Json.Nodes;
using MLNet.MobileNetV2.Detection.Anchors;
using MLNet.MobileNetV2.Detection.Training.Gradients;
using MLNet.MobileNetV2.Detection.Training.Views;
using MLNet.MobileNetV2.Detection.Weights;
using MLNet.MobileNetV2.FineTuning.Checkpoints;
using MLNet.MobileNetV2.FineTuning.Training;
using MLNet.MobileNetV2.FineTuning.Views;
using MLNet.MobileNetV2.Machine;
using MLNet.MobileNetV2.Numerics;

namespace MLNet.MobileNetV2.Detection.Training;

/// <summary>Trains a detector, from another one's weights to its own.</summary>
internal sealed class DetectorTraining
{
    private readonly DetectorTrainingOptions _options;
    private readonly DetectorData _data;
    private readonly DetectionWeights _start;

    public DetectorTraining(DetectionWeights from, DetectorData data, DetectorTrainingOptions options)
    {
        _options = options;
        _data = data;
        IReadOnlyList<AnchorMap>? maps = options.FitsAnchors
            ? AnchorFitting.Fit(from.Anchors, data.Shapes(), options.Seed).Maps
            : null;
        _start = DetectorStart.Create(from, data.Labels, maps is null ? from.OwnShapes : [.. maps.Select(map => map.Shapes)], options.Seed);
    }

    /// <summary>Trains.</summary>
    public DetectionWeights Run(IProgress<DetectorTrainingProgress>? progress, CancellationToken cancellationToken)
    {
        FineTuneOptions tuning = _options.Tuning;
        ImageSource[] sources = [.. _data.Training.Select(image => image.Source)];
        MemoryBudgets budgets = MemoryBudgets.Of(tuning, sources);
        using var memory = new ImageMemory(sources, _start.Preprocessing, budgets.Images);
        CheckpointFile? checkpoint = Checkpoint(memory, cancellationToken);
        var detector = new TrainedDetector(_start, _options.Blocks);
        using var engine = new DetectorGradients(detector, _options.Loss, _options.ThreadCount);
        using var front = new DetectorFront(detector);
        var loader = new DetectorBatchLoader(
            new DetectionViews(memory, _data.Trained(), _start.Preprocessing, _options.Augmentation, TrainingPipeline.ViewSeed(tuning)),
            front,
            new BoxTargets(_start.Anchors, new AnchorOrder(_start.Anchors)),
            tuning,
            budgets.Inputs);
        DetectorValidator? validator = _data.Validation.Count == 0
            ? null
            : new DetectorValidator(engine, _data.Validation, _options.ThreadCount);
        DirectProgress<FineTuneProgress>? steps = progress is null ? null : new(step => progress.Report(new(step)));
        TrainedParameters trained = new FineTuner(tuning, engine, loader, validator, steps).Run(checkpoint, cancellationToken);
        return engine.ToWeights(trained.Values);
    }

    private CheckpointFile? Checkpoint(ImageMemory memory, CancellationToken cancellationToken)
    {
        if (_options.Checkpoint is not { } asked)
        {
            return null;
        }

        // Threads, memory and the checkpoints themselves change nothing.
        DetectorTrainingOptions effective = _options with { Checkpoint = null, ThreadCount = 0, ImageMemoryMiB = 0 };
        JsonObject json = JsonSerializer.SerializeToNode(effective)!.AsObject();
        json[nameof(_options.Blocks)] = _options.Blocks.ToString();
        string[] network =
        [
            JsonSerializer.Serialize(_start.Preprocessing),
            _start.Architecture.ToString(),
            string.Join('\n', _start.Labels),
        ];
        string[] hashes = new string[_data.Training.Count];
        new ParallelLoop(_options.ThreadCount, cancellationToken).For(
            hashes.Length, image => hashes[image] = memory.HashOf(image));
        IEnumerable<string> images = DetectorData.Descriptions(_data.Training).Zip(hashes, (description, hash) => $"{hash} {description}")
            .Concat(DetectorData.Descriptions(_data.Validation).Zip(
                _data.Validation, (description, image) => $"{image.ImagePath} {description}"));
        var file = new CheckpointFile(asked.Folder, CheckpointIdentity.Of(json, network, _start.Tensors, images));
        file.DeleteReplaceable(!asked.IsDeletedWhenSaved);
        return file;
    }
}
