using MLNet.MobileNetV2.FineTuning.Gradients;

namespace MLNet.MobileNetV2.Tests.FineTuning.Training;

/// <summary>
/// Clipping, schedule and optimizer of a training of one step an epoch, written from the definitions of PyTorch (<c>SGD(nesterov=True)</c>,
/// <c>AdamW</c>) in double.
/// </summary>
internal sealed class NaiveOptimizer(FineTuneOptions options, IReadOnlyList<TrainedTensor> tensors)
{
    private readonly Dictionary<string, double[]> _first = tensors.ToDictionary(tensor => tensor.Name, tensor => new double[tensor.Length]);
    private readonly Dictionary<string, double[]> _second = tensors.ToDictionary(
        tensor => tensor.Name, tensor => new double[tensor.Length]);
    private readonly Dictionary<string, int> _steps = tensors.ToDictionary(tensor => tensor.Name, _ => 0);

    /// <summary>Changes the values, and says whether the gradient was clipped.</summary>
    public bool Step(int step, Dictionary<string, double[]> values, Dictionary<string, double[]> gradient)
    {
        TrainedTensor[] trained = [.. tensors.Where(tensor => tensor.Depth == 0 || step >= options.HeadEpochs)];
        double length = Math.Sqrt(trained.SelectMany(tensor => gradient[tensor.Name]).Sum(slope => slope * slope));
        double scale = Math.Min(1, options.ClipGradient / length);
        foreach (TrainedTensor tensor in trained)
        {
            double rate = Factor(step) * (tensor.Depth == 0
                ? options.HeadLearningRate
                : options.LearningRate * Math.Pow(options.LayerDecay ?? 1, tensor.Depth - 1));
            double decay = tensor.Shape.Count > 1 ? options.WeightDecay : 0;
            Move(tensor.Name, values[tensor.Name], [.. gradient[tensor.Name].Select(slope => slope * scale)], rate, decay);
        }

        return scale < 1;
    }

    private double Factor(int step)
    {
        int epochs = options.Epochs!.Value;
        double warmUp = options.WarmUpFor(epochs);
        if (step < warmUp)
        {
            return (step + 1) / warmUp;
        }

        double progress = (step - warmUp) / (epochs - warmUp);
        return options.LastLearningRateFactor + ((1 - options.LastLearningRateFactor) * (1 + Math.Cos(Math.PI * progress)) / 2);
    }

    private void Move(string name, double[] values, double[] gradient, double rate, double decay)
    {
        (double[] first, double[] second) = (_first[name], _second[name]);
        int count = ++_steps[name];
        for (int i = 0; i < values.Length; i++)
        {
            if (options.Optimizer == OptimizerKind.Sgd)
            {
                double slope = gradient[i] + (decay * values[i]);
                first[i] = (options.Momentum * first[i]) + slope;
                values[i] -= rate * (slope + (options.Momentum * first[i]));
                continue;
            }

            values[i] -= rate * decay * values[i];
            first[i] = (options.Beta1 * first[i]) + ((1 - (double)options.Beta1) * gradient[i]);
            second[i] = (options.Beta2 * second[i]) + ((1 - (double)options.Beta2) * gradient[i] * gradient[i]);
            double mean = first[i] / (1 - Math.Pow(options.Beta1, count));
            double variance = second[i] / (1 - Math.Pow(options.Beta2, count));
            values[i] -= rate * mean / (Math.Sqrt(variance) + options.Epsilon);
        }
    }
}
