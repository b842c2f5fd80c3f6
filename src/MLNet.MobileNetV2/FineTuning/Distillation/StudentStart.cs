using System.Numerics.Tensors;
using MLNet.MobileNetV2.FineTuning.Gradients;
using MLNet.MobileNetV2.OnnxSchema;

namespace MLNet.MobileNetV2.FineTuning.Distillation;

/// <summary>
/// A student's start on a teacher's maps, whose channels mean other things than its own: units that come no nearer to the teacher's maps
/// than constants keep their kernels, and batch norm takes the statistics that they have on the teacher's maps; what a unit gives gets each
/// channel's mean and deviation of the teacher. Not thread-safe.
/// </summary>
internal sealed class StudentStart(
    MobileNetV2Weights student, TeacherSession teacher, DistillationBatch batch, int threads, CancellationToken cancellationToken)
{
    private readonly MobileNetV2Weights _apart = student.WithBatchNorm(BatchNormForm.Apart);

    /// <summary>Rescales the units that need it.</summary>
    public MobileNetV2Weights Make()
    {
        var tensors = new Dictionary<string, WeightTensor>(_apart.Tensors, StringComparer.Ordinal);
        for (int unit = 0; unit < UnitRange.UnitsOf(_apart.Architecture); unit++)
        {
            Rescale(unit, tensors);
        }

        return With(tensors);
    }

    private MobileNetV2Weights With(Dictionary<string, WeightTensor> tensors) =>
        new(_apart.Name, _apart.Architecture, tensors, _apart.Preprocessing, batchNormEpsilon: _apart.BatchNormEpsilon);

    private void Rescale(int unit, Dictionary<string, WeightTensor> tensors)
    {
        string output = ModelTensors.MapOf(unit);
        int channels = teacher.ChannelsOf(output);
        var samples = new GradientBatch
        {
            Count = batch.Count,
            Inputs = unit == 0 ? batch.FirstPixels(batch.Count) : batch.Output(ModelTensors.MapOf(unit - 1), batch.Count),
            Targets = batch.Output(output, batch.Count),
        };
        (double Mean, double Variance)[] residual = Residual(unit, samples, channels);
        using (GradientEngine own = Engine(_apart, unit, BatchNormTraining.ScaleAndShift))
        {
            if (Run(own, samples) / batch.Count < residual.Average(channel => channel.Variance))
            {
                return;
            }
        }

        TrainedLayer[] layers = [.. new TrainedPart(_apart, FineTuneBlocks.All, new UnitRange(unit, unit)).Layers];
        foreach (TrainedLayer layer in layers)
        {
            tensors[layer.Names.Gamma] = WeightTensor.Filled(layer.Layer.OutputChannels, 1);
            tensors[layer.Names.Beta] = WeightTensor.Filled(layer.Layer.OutputChannels, 0);
        }

        using GradientEngine engine = Engine(With(tensors), unit, BatchNormTraining.BatchStatistics);

        // From 0, running averages move by a known share of what the batch has.
        engine.Statistics.Clear();
        Run(engine, samples);
        TensorPrimitives.Divide(engine.Statistics, LayerStatistics.Momentum, engine.Statistics);
        float[] parameters = new float[engine.Tensors.TotalLength];
        engine.ReadInitial(parameters);
        MobileNetV2Weights measured = engine.ToWeights(parameters);
        foreach (TrainedLayer layer in layers)
        {
            tensors[layer.Names.Mean] = measured.Tensors[layer.Names.Mean];
            tensors[layer.Names.Variance] = measured.Tensors[layer.Names.Variance];
        }

        // Behind ReLU6 mean and deviation become others, but of the same order.
        tensors[layers[^1].Names.Beta] = new([channels], residual.Select(channel => (float)channel.Mean).ToArray());
        tensors[layers[^1].Names.Gamma] = new([channels], residual.Select(channel => (float)Math.Sqrt(channel.Variance)).ToArray());
    }

    private GradientEngine Engine(MobileNetV2Weights weights, int unit, BatchNormTraining batchNorm) => new(weights, new GradientOptions
    {
        Units = new(unit, unit),
        Loss = GradientLoss.SquaredError,
        BatchNorm = batchNorm,
        ThreadCount = threads,
    });

    private double Run(GradientEngine engine, GradientBatch samples)
    {
        float[] parameters = new float[engine.Tensors.TotalLength];
        engine.ReadInitial(parameters);
        return engine.Run(parameters, samples, new float[parameters.Length], cancellationToken).LossSum;
    }

    // Of each channel of what the teacher's unit adds to its input, or of its output without a shortcut.
    private (double Mean, double Variance)[] Residual(int unit, GradientBatch samples, int channels)
    {
        float[] values = samples.Targets.ToArray();
        if (unit > 0 && unit <= _apart.Architecture.Blocks.Count && _apart.Architecture.Blocks[unit - 1].HasShortcut)
        {
            TensorPrimitives.Subtract(values, samples.Inputs.Span, values);
        }

        return [.. Enumerable.Range(0, channels).Select(channel => MapVariance.OfChannel(values, samples.Count, channels, channel))];
    }
}
