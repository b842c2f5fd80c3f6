using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Trainers;
using MLNet.MobileNetV2.Classification;
using MLNet.MobileNetV2.Data;

namespace MLNet.MobileNetV2;

/// <summary>
/// Trains the classifier head: softmax regression (multinomial logistic regression) with an L2 penalty on a vector of features, such as
/// the 1280 of MobileNetV2.
/// </summary>
/// <remarks>
/// <para>
/// The objective is the sum over the rows of the log-loss plus <see cref="MobileNetV2HeadOptions.L2Regularization"/> / 2 times the
/// sum of the squared weights; biases are not penalised. It has one minimum, which L-BFGS finds on centred and scaled features. The
/// same rows in the same order give the same model, bit for bit, for every number of threads on one kind of processor.
/// </para>
/// <list type="table">
/// <listheader><term>Column</term><description>Type</description></listheader>
/// <item><term>Label (input)</term><description>key of <see cref="uint"/>; rows with a missing label are skipped</description></item>
/// <item><term>Features (input)</term><description>known-size vector of <see cref="float"/>, all finite</description></item>
/// <item><term>ExampleWeightColumnName (input, if set)</term><description><see cref="float"/>: the row's weight</description></item>
/// <item>
/// <term>Score (output)</term>
/// <description>
/// vector of <see cref="float"/>: a probability for each class; <see cref="ClassNames"/> names them, and so do the slots where the key
/// values are texts
/// </description>
/// </item>
/// <item><term>PredictedLabel (output)</term><description>key of <see cref="uint"/> with the key values of the label</description></item>
/// </list>
/// <para>
/// A class without rows gets no weights and a probability below 3e-9. The features are copied into memory, 4 bytes each.
/// <see cref="Fit"/> may be called by several threads at once.
/// </para>
/// </remarks>
public sealed class MobileNetV2HeadTrainer
    : ITrainerEstimator<MulticlassPredictionTransformer<MaximumEntropyModelParameters>, MaximumEntropyModelParameters>
{
    private const string StockPredictedLabel = "PredictedLabel";

    private readonly IHostEnvironment _environment;
    private readonly MobileNetV2HeadOptions _options;
    private readonly LbfgsMaximumEntropyMulticlassTrainer _stock;
    private readonly TransformsCatalog _transforms;

    /// <summary>Creates a trainer for the columns of the options.</summary>
    /// <exception cref="ArgumentException">An option is not allowed.</exception>
    internal MobileNetV2HeadTrainer(
        MulticlassClassificationCatalog.MulticlassClassificationTrainers catalog, MobileNetV2HeadOptions options)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        _options = options;
        _environment = CatalogEnvironment.Of(catalog);
        _transforms = StockModelFactory.Transforms(_environment);
        _stock = catalog.LbfgsMaximumEntropy(_options.LabelColumnName, _options.FeatureColumnName);
    }

    /// <summary>What ML.NET may do for this trainer: normalise, cache.</summary>
    public TrainerInfo Info => _stock.Info;

    /// <summary>The columns of the model's output for an input of the given shape.</summary>
    /// <param name="inputSchema">Shape of the input.</param>
    /// <exception cref="ArgumentException">The label or the feature column is missing or of a wrong type.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        HeadColumns.Check(inputSchema, _options);

        // The stock trainer's column has a fixed name; ML.NET makes columns of a shape only by its own estimators.
        SchemaShape stock = _transforms
            .CopyColumns(_options.PredictedLabelColumnName, StockPredictedLabel)
            .GetOutputSchema(_stock.GetOutputSchema(inputSchema));
        string[] added = [MobileNetV2HeadOptions.ScoreColumnName, _options.PredictedLabelColumnName];
        return new(inputSchema.Where(column => !added.Contains(column.Name)).Concat(stock.Where(column => added.Contains(column.Name))));
    }

    /// <summary>Trains the head.</summary>
    /// <param name="input">Rows with the label and feature columns; read once.</param>
    /// <returns>ML.NET's own transformer for this kind of model: it saves, loads, and explains like every other.</returns>
    /// <exception cref="ArgumentException">The label or the feature column is missing or of a wrong type.</exception>
    /// <exception cref="InvalidOperationException">
    /// No row has a label, all rows are of one class, or a feature or a weight is not a finite number.
    /// </exception>
    /// <exception cref="NotSupportedException">This version of ML.NET is not supported.</exception>
    /// <exception cref="OperationCanceledException"><see cref="MobileNetV2HeadOptions.CancellationToken"/> was cancelled.</exception>
    public MulticlassPredictionTransformer<MaximumEntropyModelParameters> Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        using IChannel channel = _environment.Start(nameof(MobileNetV2HeadTrainer));
        HeadTrainingSet rows = HeadTrainingSet.Read(input, _options);
        if (rows.SkippedRows > 0)
        {
            channel.Warning(MessageSensitivity.None, $"Skipped {rows.SkippedRows} rows without a label.");
        }

        (SoftmaxWeights model, HeadTrainingProgress end) = HeadSolver.Solve(
            rows.Features, rows.Labels, rows.Weights, rows.ClassCount, _options);
        if (end.GradientNorm > _options.OptimizationTolerance)
        {
            channel.Warning(MessageSensitivity.None, FormattableString.Invariant(
                $"Training ended after {end.Iteration} iterations with a gradient norm of {end.GradientNorm:G2}, ")
                + FormattableString.Invariant($"above the tolerance of {_options.OptimizationTolerance}."));
        }

        return StockModelFactory.Create(
            _environment,
            model,
            LabelColumn.SummaryNames(rows.KeyTexts),
            input.Schema,
            _options);
    }
}
