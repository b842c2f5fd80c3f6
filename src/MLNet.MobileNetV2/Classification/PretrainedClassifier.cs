using System.Numerics.Tensors;
using Microsoft.ML.Data;
using MLNet.MobileNetV2.Classification;
using MLNet.MobileNetV2.Onnx;
using MLNet.MobileNetV2.Pretrained;

namespace MLNet.MobileNetV2;

/// <summary>The pretrained network itself, with its 1000 ImageNet classes (ILSVRC 2012).</summary>
/// <remarks>Thread-safe. Owns native memory: dispose it after use. Calls after that throw <see cref="ObjectDisposedException"/>.</remarks>
public sealed class PretrainedClassifier : IDisposable
{
    /// <summary>Number of classes.</summary>
    public const int ClassCount = ImageNetLabels.Count - 1;

    private readonly PictureNetwork _network;
    private readonly int _backgroundCount;

    private PretrainedClassifier(MobileNetV2Weights weights, IReadOnlyList<string> labels)
    {
        Labels = labels;
        _backgroundCount = weights.ClassCount!.Value - ClassCount;
        _network = new PictureNetwork(weights, InferenceGraphOutputs.Logits, FeatureTap.Features, new(IntraOpThreadCount: 0));
    }

    /// <summary>Names of the classes, in the order of the scores.</summary>
    public IReadOnlyList<string> Labels { get; }

    /// <summary>Makes a classifier of loaded weights.</summary>
    /// <param name="weights">Weights with a classifier of the ImageNet classes, with or without background.</param>
    /// <param name="labelsPath">A file of 1001 lines, line 0 the background: <c>imagenet_labels.txt</c>.</param>
    /// <exception cref="WeightsFormatException">The weights have no such classifier, or the file does not have 1001 lines.</exception>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    public static PretrainedClassifier Create(MobileNetV2Weights weights, string labelsPath)
    {
        ArgumentNullException.ThrowIfNull(weights);
        Check(weights);
        return new(weights, [.. ImageNetLabels.Load(labelsPath).Skip(1)]);
    }

    /// <summary>Probabilities of a picture file.</summary>
    /// <param name="path">A JPEG, PNG, WebP, BMP or GIF file.</param>
    /// <returns>One probability a class, in the order of <see cref="Labels"/>; they sum to 1.</returns>
    /// <exception cref="BadImageException">The file cannot be used; the error names it.</exception>
    public float[] Classify(string path)
    {
        float[] logits = new float[_network.OutputLength];
        _network.Run(path, static (preprocessor, path, pixels) => preprocessor.FromFile(path, pixels), logits);
        return Probabilities(logits);
    }

    /// <summary>Probabilities of an encoded picture.</summary>
    /// <param name="encoded">The bytes of a JPEG, PNG, WebP, BMP or GIF file.</param>
    /// <returns>One probability a class, in the order of <see cref="Labels"/>; they sum to 1.</returns>
    /// <exception cref="BadImageException">The bytes are not a picture that can be used.</exception>
    public float[] Classify(ReadOnlyMemory<byte> encoded)
    {
        float[] logits = new float[_network.OutputLength];
        _network.Run(encoded.Span, static (preprocessor, encoded, pixels) => preprocessor.FromEncoded(encoded, null, pixels), logits);
        return Probabilities(logits);
    }

    /// <summary>Probabilities of a decoded picture.</summary>
    /// <param name="image">The picture; the caller still owns it.</param>
    /// <returns>One probability a class, in the order of <see cref="Labels"/>; they sum to 1.</returns>
    public float[] Classify(MLImage image)
    {
        ArgumentNullException.ThrowIfNull(image);
        float[] logits = new float[_network.OutputLength];
        _network.Run(image, static (preprocessor, image, pixels) => preprocessor.FromImage(image, pixels), logits);
        return Probabilities(logits);
    }

    /// <summary>The most probable classes, best first; equal scores in the order of the labels.</summary>
    /// <param name="probabilities">One probability a class.</param>
    /// <param name="count">How many at most, from 1 up.</param>
    public IReadOnlyList<ClassScore> Top(ReadOnlySpan<float> probabilities, int count)
    {
        return ClassRanking.Top(Labels, probabilities, count);
    }

    /// <summary>Releases the inference session.</summary>
    public void Dispose() => _network.Dispose();

    private static void Check(MobileNetV2Weights weights)
    {
        if (weights.ClassCount is not (ClassCount or ImageNetLabels.Count))
        {
            string found = weights.ClassCount is int count ? $"a classifier of {count} classes" : "no classifier";
            throw new WeightsFormatException(
                weights.Name,
                $"they have {found}; the ImageNet classes need one of {ClassCount}, or {ImageNetLabels.Count} with background. "
                + $"Use {PretrainedModels.ImageNet.Name} or {PretrainedModels.ImageNetKeras.Name}.");
        }
    }

    private float[] Probabilities(ReadOnlySpan<float> logits)
    {
        float[] probabilities = new float[ClassCount];
        ReadOnlySpan<float> classes = logits[_backgroundCount..];

        // Softmax is unchanged by a shift, and the largest logit at zero cannot overflow.
        TensorPrimitives.Subtract(classes, TensorPrimitives.Max(classes), probabilities);
        TensorPrimitives.SoftMax(probabilities, probabilities);
        return probabilities;
    }
}
