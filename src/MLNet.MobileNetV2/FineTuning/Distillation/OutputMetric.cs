using System.Numerics.Tensors;
using MLNet.MobileNetV2.OnnxSchema;
using MLNet.MobileNetV2.Weights;

namespace MLNet.MobileNetV2.FineTuning.Distillation;

/// <summary>
/// By what the whole student is compared with its teacher: the features and, beside them, what the teacher's classifier would make of them,
/// less the mean of all classes. Both count as much, as shares of their variance. The map is put on both networks in the classifier's
/// place and does not train: no value of it becomes the student's.
/// </summary>
internal static class OutputMetric
{
    /// <summary>The map, (features + classes) x features.</summary>
    /// <param name="teacher">The teacher, with a classifier.</param>
    /// <param name="batch">Views with its features and logits, from which the variances come.</param>
    public static float[] Of(MobileNetV2Weights teacher, DistillationBatch batch)
    {
        int features = teacher.FeatureCount;
        int classes = teacher.ClassCount!.Value;
        float[] map = new float[checked((features + classes) * features)];
        for (int feature = 0; feature < features; feature++)
        {
            map[(feature * features) + feature] = 1;
        }

        Span<float> rows = map.AsSpan(features * features);
        teacher.Tensors[LayerTensors.ClassifierKernel].Values.Span.CopyTo(rows);
        float[] logits = batch.Output(ModelTensors.Logits, batch.Count).ToArray();
        Centre(rows, classes, features);
        for (int view = 0; view < batch.Count; view++)
        {
            Centre(logits.AsSpan(view * classes, classes), classes, 1);
        }

        double ofFeatures = MapVariance.Of(batch.Output(ModelTensors.Features, batch.Count).Span, batch.Count, features) * features;
        double ofLogits = MapVariance.Of(logits, batch.Count, classes) * classes;
        TensorPrimitives.Multiply(rows, (float)Math.Sqrt(ofFeatures / ofLogits), rows);
        return map;
    }

    /// <summary>A network with the map in its classifier's place.</summary>
    public static MobileNetV2Weights On(MobileNetV2Weights weights, float[] map) =>
        weights.WithClassifier(map, new float[map.Length / weights.FeatureCount]);

    // Softmax does not see what all classes share.
    private static void Centre(Span<float> rows, int count, int length)
    {
        float[] mean = new float[length];
        for (int row = 0; row < count; row++)
        {
            TensorPrimitives.Add(mean, rows.Slice(row * length, length), mean);
        }

        TensorPrimitives.Divide(mean, count, mean);
        for (int row = 0; row < count; row++)
        {
            Span<float> own = rows.Slice(row * length, length);
            TensorPrimitives.Subtract(own, mean, own);
        }
    }
}
