using System.Numerics.Tensors;
using Microsoft.ML;
using MLNet.MobileNetV2.Parquet;

namespace MLNet.MobileNetV2;

/// <summary>
/// The images that a model was trained on, by their features: which of them are most like another image, the exact answer by cosine
/// similarity.
/// </summary>
/// <remarks>
/// <para>
/// A Parquet file beside the model, <c>flowers.index.parquet</c> beside <c>flowers.zip</c>, with the columns <c>path</c>, <c>label</c>
/// and <c>features</c>: float16, little-endian, of length 1. It goes with this one file of the model, by its SHA-256. Who has it knows the
/// paths of the training images and what they are like: keep it as you keep the images.
/// </para>
/// <para>Immutable and thread-safe. Holds 2 bytes a feature in memory, 2.5 KB an image, and no file: there is nothing to dispose.</para>
/// </remarks>
/// <example><code>
/// ImageFeatureIndex index = ImageFeatureIndex.Open("flowers.zip");
/// using MobileNetV2Predictor predictor = MobileNetV2Predictor.Load("flowers.zip");
/// foreach (NearestImage image in index.Nearest(predictor.Featurize("rose.jpg"), 3))
/// {
///     Console.WriteLine($"{image.Path} ({image.Label}): {image.Similarity:F3}");
/// }
/// </code></example>
public sealed class ImageFeatureIndex
{
    private readonly IReadOnlyList<FeatureIndexGroup> _groups;

    private ImageFeatureIndex(int featureCount, IReadOnlyList<FeatureIndexGroup> groups)
    {
        FeatureCount = featureCount;
        _groups = groups;
        Count = groups.Sum(group => group.Paths.Length);
    }

    /// <summary>Number of images.</summary>
    public int Count { get; }

    /// <summary>Number of features of each.</summary>
    public int FeatureCount { get; }

    /// <summary>Where the index of a model is: <c>flowers.index.parquet</c> for <c>flowers.zip</c>.</summary>
    /// <param name="modelPath">The model's file.</param>
    public static string PathFor(string modelPath)
    {
        ArgumentException.ThrowIfNullOrEmpty(modelPath);
        string stem = modelPath.EndsWith(".zip", StringComparison.OrdinalIgnoreCase) ? modelPath[..^4] : modelPath;
        return stem + ".index.parquet";
    }

    /// <summary>Writes the index of a model; an existing one is replaced once the new one is written.</summary>
    /// <param name="modelPath">The model's file, which must be there and not be written again.</param>
    /// <param name="images">
    /// The images with the columns ImagePath and Label (text) and Features (a vector of floats), such as
    /// <see cref="ImageFolderTrainingResult.TrainingFeatures"/> or what the model's featurizer makes of the training data. Those with
    /// features that are no finite numbers are left out.
    /// </param>
    /// <param name="cancellationToken">Stops the writing; nothing is left behind.</param>
    /// <exception cref="ArgumentException">A column is missing or of another type.</exception>
    /// <exception cref="IOException">The model cannot be read, or the index not be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The model may not be read, or the index not be written.</exception>
    public static Task CreateAsync(string modelPath, IDataView images, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(modelPath);
        ArgumentNullException.ThrowIfNull(images);
        return FeatureIndexFile.WriteAsync(PathFor(modelPath), modelPath, images, cancellationToken);
    }

    /// <summary>Reads the index of a model into memory.</summary>
    /// <param name="modelPath">The model's file.</param>
    /// <exception cref="FeatureFileException">The index is missing or damaged, or of another model; the error names it.</exception>
    /// <exception cref="IOException">The model cannot be read.</exception>
    public static ImageFeatureIndex Open(string modelPath)
    {
        ArgumentException.ThrowIfNullOrEmpty(modelPath);
        (int featureCount, IReadOnlyList<FeatureIndexGroup> groups) = FeatureIndexFile.Read(PathFor(modelPath), modelPath);
        return new(featureCount, groups);
    }

    /// <summary>Finds the images whose features point most nearly the same way. Takes time by the number of images.</summary>
    /// <param name="features">
    /// An image's features by the same model: <see cref="MobileNetV2Predictor.Featurize(string, CancellationToken)"/>.
    /// </param>
    /// <param name="count">Most images to find, from 1 up.</param>
    /// <returns>The most similar first, equal ones in their order.</returns>
    /// <exception cref="ArgumentException">There are more or fewer features, or one is not a finite number.</exception>
    public IReadOnlyList<NearestImage> Nearest(ReadOnlySpan<float> features, int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        if (features.Length != FeatureCount)
        {
            throw new ArgumentException(
                $"There are {features.Length} features; the images of the index have {FeatureCount}.", nameof(features));
        }

        if (!float.IsFinite(TensorPrimitives.Sum(features)))
        {
            throw new ArgumentException("The features hold a value that is not a finite number.", nameof(features));
        }

        float[] similarities = new float[Count];
        float[] row = new float[FeatureCount];
        int image = 0;
        foreach (FeatureIndexGroup group in _groups)
        {
            for (int i = 0; i < group.Paths.Length; i++, image++)
            {
                TensorPrimitives.ConvertToSingle(group.Features.AsSpan(i * FeatureCount, FeatureCount), row);
                float similarity = TensorPrimitives.CosineSimilarity(features, row);

                // Features that are all zero point nowhere.
                similarities[image] = float.IsNaN(similarity) ? 0 : Math.Clamp(similarity, -1, 1);
            }
        }

        return [.. Enumerable.Range(0, Count).OrderByDescending(i => similarities[i]).Take(count).Select(i => ImageAt(i, similarities[i]))];
    }

    private NearestImage ImageAt(int image, float similarity)
    {
        foreach (FeatureIndexGroup group in _groups)
        {
            if (image < group.Paths.Length)
            {
                return new(group.Paths[image].ToString(), group.Labels[image].ToString(), similarity);
            }

            image -= group.Paths.Length;
        }

        throw new ArgumentOutOfRangeException(nameof(image));
    }
}

/// <summary>An image of a training set that is like another one. Immutable and thread-safe.</summary>
public sealed class NearestImage
{
    internal NearestImage(string path, string label, float similarity)
    {
        Path = path;
        Label = label;
        Similarity = similarity;
    }

    /// <summary>Its path, as the training saw it.</summary>
    public string Path { get; }

    /// <summary>Its class; empty where it has none.</summary>
    public string Label { get; }

    /// <summary>The cosine of the angle between the features: 1 for the same image, from 0 up for the features of MobileNetV2.</summary>
    public float Similarity { get; }
}
