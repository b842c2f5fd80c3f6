using System.Numerics.Tensors;
using MLNet.MobileNetV2.FineTuning.Gradients;
using MLNet.MobileNetV2.FineTuning.Training;
using MLNet.MobileNetV2.Numerics;
using MLNet.MobileNetV2.Weights;

namespace MLNet.MobileNetV2.FineTuning.Distillation;

/// <summary>
/// What a teacher makes of the same views as targets of <see cref="GradientLoss.Distillation"/>: the probabilities of its classes and,
/// where a student of as many features meets them, its features. Thread-safe.
/// </summary>
/// <param name="features">The teacher's features of the views.</param>
/// <param name="teacher">The teacher, with a classifier.</param>
/// <param name="withFeatures">Whether features are targets too.</param>
internal sealed class TeacherTargets(InputSource features, MobileNetV2Weights teacher, bool withFeatures) : ITargetSource
{
    private readonly ReadOnlyMemory<float> _kernel = teacher.Tensors[LayerTensors.ClassifierKernel].Values;
    private readonly ReadOnlyMemory<float> _bias = teacher.Tensors[LayerTensors.ClassifierBias].Values;

    public int Count => _bias.Length + (withFeatures ? teacher.FeatureCount : 0);

    public bool TryRead(int image, int epoch, Span<float> target)
    {
        float[] own = new float[teacher.FeatureCount];
        if (!features.TryRead(image, epoch, own))
        {
            return false;
        }

        float[] logits = _bias.ToArray();
        for (int i = 0; i < logits.Length; i++)
        {
            logits[i] += FixedOrderSums.Dot<float>(_kernel.Span.Slice(i * own.Length, own.Length), own);
        }

        Write(logits, withFeatures ? own : [], target);
        return true;
    }

    /// <summary>Writes the target of a view.</summary>
    /// <param name="logits">The teacher's logits.</param>
    /// <param name="features">Its features; empty where they are no targets.</param>
    /// <param name="target">Takes the probabilities, then the features.</param>
    public static void Write(ReadOnlySpan<float> logits, ReadOnlySpan<float> features, Span<float> target)
    {
        Span<float> probabilities = target[..logits.Length];
        TensorPrimitives.Subtract(logits, TensorPrimitives.Max(logits), probabilities);
        TensorPrimitives.Divide(probabilities, LossGradients.Temperature, probabilities);
        TensorPrimitives.Exp<float>(probabilities, probabilities);
        TensorPrimitives.Divide(probabilities, (float)FixedOrderSums.Sum(probabilities), probabilities);
        features.CopyTo(target[logits.Length..]);
    }

    /// <summary>
    /// The weight of the features' mean squared error by which it is the share of their variance that is not explained.
    /// </summary>
    /// <param name="features">Features of views.</param>
    /// <param name="count">Number of views.</param>
    public static double FeatureWeight(ReadOnlySpan<float> features, int count) =>
        1 / MapVariance.Of(features, count, features.Length / count);
}
