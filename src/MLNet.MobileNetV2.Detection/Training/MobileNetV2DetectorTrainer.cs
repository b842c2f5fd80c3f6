using Microsoft.ML;
using Microsoft.ML.Runtime;
using MLNet.MobileNetV2.Classification;
using MLNet.MobileNetV2.Data;
using MLNet.MobileNetV2.Detection.Training;
using MLNet.MobileNetV2.Detection.Training.Rows;
using MLNet.MobileNetV2.Detection.Weights;
using MLNet.MobileNetV2.Featurization.Columns;
using MLNet.MobileNetV2.FineTuning.Checkpoints;

namespace MLNet.MobileNetV2;

/// <summary>
/// Trains a detector on one's own boxes: SSDLite on MobileNetV2, beginning with COCO's weights in the package. As an estimator it trains on
/// rows of a pipeline; <see cref="Train"/> does so on a data set in files.
/// </summary>
/// <remarks>
/// <list type="table">
/// <listheader><term>Column</term><description>Type</description></listheader>
/// <item>
/// <term>ImagePath (input)</term>
/// <description>text (a path), unsized <c>MLImage</c>, or <c>Vector&lt;Byte&gt;</c> (an encoded image)</description>
/// </item>
/// <item>
/// <term>Label (input)</term>
/// <description>the class of each box: a vector of text or of keys of <see cref="uint"/>; not needed to predict</description>
/// </item>
/// <item>
/// <term>BoundingBoxes (input)</term>
/// <description>
/// <c>Vector&lt;Single&gt;</c>: left, top, right and bottom of each box in pixels of the upright photo; not needed to predict
/// </description>
/// </item>
/// <item>
/// <term>PredictedLabel (output)</term><description>the class of each object, best first: <c>Vector&lt;Text&gt;</c></description>
/// </item>
/// <item>
/// <term>PredictedBoundingBoxes (output)</term><description><c>Vector&lt;Single&gt;</c>, four numbers an object as above</description>
/// </item>
/// <item><term>Score (output)</term><description><c>Vector&lt;Single&gt;</c>, from 0 to 1</description></item>
/// </list>
/// <para>
/// Files are read again and again while training; images of other columns are kept in memory, encoded. A row without boxes is learned as
/// background. Thread-safe. The caller disposes the model.
/// </para>
/// </remarks>
public sealed class MobileNetV2DetectorTrainer : IEstimator<MobileNetV2DetectionTransformer>
{
    private readonly IHostEnvironment _environment;
    private readonly TransformsCatalog _transforms;
    private readonly MobileNetV2DetectorTrainerOptions _options;

    internal MobileNetV2DetectorTrainer(
        MulticlassClassificationCatalog.MulticlassClassificationTrainers catalog, MobileNetV2DetectorTrainerOptions options)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        _options = options;
        _environment = CatalogEnvironment.Of(catalog);
        _transforms = StockModelFactory.Transforms(_environment);
    }

    /// <summary>Trains a detector.</summary>
    /// <remarks>
    /// The data set is checked first (<see cref="DetectionDatasetCheck"/>); what it says cannot be used is left out. The same data, options
    /// and number of validations give the same model, whatever the number of threads.
    /// </remarks>
    /// <param name="dataset">The photos with their boxes; its classes become the model's.</param>
    /// <param name="options">The options; null for the defaults.</param>
    /// <param name="validation">
    /// Photos to measure average precision on after each epoch; null for <see cref="DetectorTrainingOptions.ValidationShare"/> of the data
    /// set.
    /// </param>
    /// <param name="progress">Told of each step and epoch; null for none.</param>
    /// <param name="cancellationToken">Stops the training; its last checkpoint stays.</param>
    /// <exception cref="ArgumentException">An option is not allowed, or the data set has no box to train on.</exception>
    /// <exception cref="CheckpointException">The folder's checkpoint is unwanted, damaged, or of another unfinished training.</exception>
    /// <exception cref="TrainingDivergedException">The loss or a weight is no longer a finite number.</exception>
    /// <exception cref="BadImageException">A photo can no longer be read.</exception>
    public static DetectorModel Train(
        DetectionDataset dataset,
        DetectorTrainingOptions? options = null,
        DetectionDataset? validation = null,
        IProgress<DetectorTrainingProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        options ??= new();
        options.Validate();
        CheckpointFile.Prepare(options.Checkpoint);
        DetectorData data = DetectorData.Of(dataset, validation, options, cancellationToken);
        return new(new DetectorTraining(CocoDetector.Read(), data, options).Run(progress, cancellationToken));
    }

    /// <summary>Measures how well a model finds the objects of a data set, down to a score of 0.01.</summary>
    /// <param name="model">The model.</param>
    /// <param name="dataset">
    /// The data set. It is checked first, unless it is <see cref="DetectionDatasetCheck.Usable"/>; what cannot be used, as boxes that are
    /// not of the model's classes, is left out.
    /// </param>
    /// <param name="progress">Told how many photos have been measured, from any thread; null for none.</param>
    /// <param name="cancellationToken">Looked at between photos.</param>
    /// <exception cref="BadImageException">A photo can no longer be read.</exception>
    /// <exception cref="ArgumentException">The data set has no usable box of the model's classes.</exception>
    public static DetectionReport Evaluate(
        DetectorModel model,
        DetectionDataset dataset,
        IProgress<int>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(dataset);
        DetectionDataset usable = DetectorData.Usable(dataset, model.Labels, nameof(dataset), cancellationToken);
        return DetectorEvaluation.Run(model.Weights, usable.Images, workers: 0, progress, cancellationToken);
    }

    /// <summary>The columns of the model's output for an input of the given shape.</summary>
    /// <param name="inputSchema">Shape of the input.</param>
    /// <exception cref="ArgumentException">A column is missing or of a wrong type.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        BoxColumns.Check(inputSchema, _options);
        return new MobileNetV2DetectionEstimator(_transforms, _options.Detection).GetOutputSchema(inputSchema);
    }

    /// <summary>Trains a detector on the rows.</summary>
    /// <remarks>
    /// The rows are checked as <see cref="DetectionDatasetCheck"/> does; what it finds goes to the context's log as warnings, and what
    /// cannot be used is left out, but for a bad image, which throws unless <see cref="MobileNetV2DetectionOptions.OnBadImage"/> says
    /// otherwise.
    /// </remarks>
    /// <param name="input">Rows with the image, its labels and boxes; read once.</param>
    /// <returns>The model, to be disposed by the caller.</returns>
    /// <exception cref="ArgumentException">
    /// A column is missing or of a wrong type, a row has not four numbers for each label, or there is no box to train on.
    /// </exception>
    /// <exception cref="BadImageException">An image cannot be used, and bad ones are not left out.</exception>
    /// <exception cref="CheckpointException">The folder's checkpoint is unwanted, damaged, or of another unfinished training.</exception>
    /// <exception cref="OperationCanceledException">
    /// <see cref="MobileNetV2DetectorTrainerOptions.CancellationToken"/> was cancelled.
    /// </exception>
    /// <exception cref="TrainingDivergedException">The loss or a weight is no longer a finite number.</exception>
    public MobileNetV2DetectionTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        ImageColumnKind kind = ImageColumn.PhotoKindOf(input.Schema, _options.Detection.InputColumnName);
        using IChannel channel = _environment.Start(nameof(MobileNetV2DetectorTrainer));
        DetectionDataset rows = Usable(channel, BoxRows.Read(input, _options, "the rows to train on"), classes: null);
        DetectionDataset? validation = _options.ValidationSet is { } set
            ? Usable(channel, BoxRows.Read(set, _options, "the rows to validate on"), rows.Classes)
            : null;
        DetectorModel model = Train(rows, _options.Training, validation, _options.Progress, _options.CancellationToken);
        return new(_transforms, model.Weights, kind, _options.Detection, input);
    }

    private DetectionDataset Usable(IChannel channel, DetectionDataset dataset, IReadOnlyList<string>? classes)
    {
        var check = DetectionDatasetCheck.Create(dataset, classes, cancellationToken: _options.CancellationToken);
        foreach (DatasetFinding finding in check.Findings)
        {
            if (finding.BadImage is not { } bad)
            {
                channel.Warning(MessageSensitivity.UserData, finding.Description);
            }
            else if (_options.Detection.OnBadImage == BadImageHandling.Throw)
            {
                throw new BadImageException(finding.ImagePath, bad.Reason);
            }
            else
            {
                _options.Detection.BadImageFound?.Invoke(bad);
            }
        }

        return check.Usable;
    }
}
