using MLNet.MobileNetV2.FineTuning.Checkpoints;
using MLNet.MobileNetV2.FineTuning.Distillation;
using MLNet.MobileNetV2.FineTuning.Training;
using Microsoft.ML;

namespace MLNet.MobileNetV2;

/// <summary>
/// Trains a student network to give a teacher's features on images without labels, and makes a featurizer of it: a smaller network, or one
/// for another kind of image (feature distillation; arXiv 1412.6550 with a linear map where the numbers of features differ).
/// </summary>
/// <remarks>
/// <para>
/// | | |
/// | -- | -- |
/// | Does this estimator need to look at the data to train its parameters? | Yes |
/// | Input column data type | text (a path), unsized <c>MLImage</c> or <c>Vector&lt;Byte&gt;</c> (an encoded image) |
/// | Output column data type | <c>Vector&lt;Single, 1, features of the student&gt;</c> |
/// | Required NuGet in addition to Microsoft.ML | MLNet.MobileNetV2 |
/// </para>
/// <para>
/// Teacher and student see the same views. Networks of the same layers learn block by block
/// (<see cref="FeatureDistillationOptions.BlockByBlock"/>), others as a whole, each at its own image size, by the mean squared
/// difference of the features, and the probabilities of a classifier that is learned. The caller disposes the transformer; its
/// <c>Weights</c> can be saved, and hold a classifier where it is learned. Thread-safe.
/// </para>
/// </remarks>
public sealed class FeatureDistillationEstimator : IEstimator<MobileNetV2FeaturizerTransformer>
{
    private readonly TransformsCatalog _transforms;
    private readonly FeatureDistillationOptions _options;
    private readonly MobileNetV2FeaturizerEstimator _featurizer;

    internal FeatureDistillationEstimator(TransformsCatalog catalog, FeatureDistillationOptions options)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        _transforms = catalog;
        _options = options;
        _featurizer = new(catalog, options.Featurizer(options.Student));
    }

    /// <summary>The schema after the transformer: the input's with the features column.</summary>
    /// <param name="inputSchema">The schema before it.</param>
    /// <exception cref="ArgumentException">The image column is missing or of a type that holds no images.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        ImageSourceColumn.Check(inputSchema, _options.InputColumnName);
        return _featurizer.GetOutputSchema(inputSchema);
    }

    /// <summary>Trains the student.</summary>
    /// <param name="input">Rows with the image column; read once.</param>
    /// <returns>The student as a featurizer, to be disposed by the caller.</returns>
    /// <exception cref="ArgumentException">
    /// The image column is missing or of a wrong type; the student has fewer blocks, or other layers than a teacher that it is to learn
    /// from block by block; or the teacher lacks a classifier to learn.
    /// </exception>
    /// <exception cref="CheckpointException">The folder's checkpoint is unwanted, damaged, or of another unfinished training.</exception>
    /// <exception cref="BadImageException">An image cannot be used, and bad ones are not left out.</exception>
    /// <exception cref="InvalidOperationException">There are no images.</exception>
    /// <exception cref="TrainingDivergedException">The loss or a weight is no longer finite.</exception>
    /// <exception cref="OperationCanceledException"><see cref="FeatureDistillationOptions.CancellationToken"/> was cancelled.</exception>
    /// <exception cref="WeightsFormatException">A weight file is damaged or holds another network.</exception>
    /// <exception cref="WeightsUnavailableException">Weights are neither on this machine nor can they be downloaded.</exception>
    public MobileNetV2FeaturizerTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        CheckpointFile.Prepare(_options.FineTuning.Checkpoint);
        DataViewSchema.Column image = ImageSourceColumn.Find(input.Schema, _options.InputColumnName);
        MobileNetV2Weights student = _options.Featurizer(_options.Student).LoadWeights();
        MobileNetV2Weights teacher = _options.Featurizer(_options.Teacher).LoadWeights();
        _options.FineTuneBlocks.FirstBlock(student.Architecture);
        MobileNetV2Weights trained = new FeatureDistillation(_options)
            .Run(student, teacher, ImageSourceColumn.Read(input, image, _options));
        return new MobileNetV2FeaturizerEstimator(_transforms, _options.Featurizer(WeightsSource.From(trained))).Fit(input);
    }
}
