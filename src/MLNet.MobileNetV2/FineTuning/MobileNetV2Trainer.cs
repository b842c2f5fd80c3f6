using MLNet.MobileNetV2.Classification;
using MLNet.MobileNetV2.Data;
using MLNet.MobileNetV2.FineTuning.Checkpoints;
using MLNet.MobileNetV2.FineTuning.Comparison;
using MLNet.MobileNetV2.FineTuning.Training;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace MLNet.MobileNetV2;

/// <summary>
/// Trains a MobileNetV2 classifier on an image column in one step: the head alone, or with it the last blocks or the whole network, on ONNX
/// Runtime.
/// </summary>
/// <remarks>
/// <para>
/// The model is that of the two-step form: a featurizer, with the fine-tuned graph inside, and ML.NET's own linear multiclass model on its
/// features. It saves, loads, exports and serves like it.
/// </para>
/// <list type="table">
/// <listheader><term>Column</term><description>Type</description></listheader>
/// <item>
/// <term>Label (input)</term>
/// <description>text, or a key of <see cref="uint"/> (rows with a missing key are skipped); not needed to predict</description>
/// </item>
/// <item>
/// <term>ImagePath (input)</term>
/// <description>text (a path), unsized <c>MLImage</c>, or <c>Vector&lt;Byte&gt;</c> (an encoded image)</description>
/// </item>
/// <item><term>Features (output)</term><description><c>Vector&lt;Single, 1, 1280&gt;</c>, or as the width says</description></item>
/// <item>
/// <term>Score (output)</term>
/// <description>vector of <see cref="float"/>: a probability for each class, named by <see cref="ClassNames"/></description>
/// </item>
/// <item><term>PredictedLabel (output)</term><description>text or a key of <see cref="uint"/>, as the label</description></item>
/// </list>
/// <para>
/// The same rows, options and number of threads give the same model on one kind of machine. <see cref="Fit"/> may be called by several
/// threads at once. The caller disposes the model.
/// </para>
/// </remarks>
public sealed class MobileNetV2Trainer : IEstimator<TransformerChain<ITransformer>>
{
    private readonly IHostEnvironment _environment;
    private readonly TransformsCatalog _transforms;
    private readonly MobileNetV2TrainerOptions _options;
    private readonly MobileNetV2FeaturizerEstimator _featurizer;
    private readonly MobileNetV2HeadTrainer _head;
    private readonly TextLabel _textLabel;

    internal MobileNetV2Trainer(
        MulticlassClassificationCatalog.MulticlassClassificationTrainers catalog, MobileNetV2TrainerOptions options)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        _options = options;
        _environment = CatalogEnvironment.Of(catalog);
        _transforms = StockModelFactory.Transforms(_environment);
        _featurizer = new(_transforms, options.Featurizer(options.Weights));
        _head = new(catalog, options.Head);
        _textLabel = new(_transforms, options.LabelColumnName);
    }

    /// <summary>The columns of the model's output for an input of the given shape.</summary>
    /// <param name="inputSchema">Shape of the input.</param>
    /// <exception cref="ArgumentException">The label or the image column is missing or of a wrong type.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        ImageSourceColumn.Check(inputSchema, _options.InputColumnName);
        bool isText = _textLabel.IsIn(inputSchema);
        SchemaShape keyed = isText ? _textLabel.ToKey().GetOutputSchema(inputSchema) : inputSchema;
        SchemaShape output = Naming(isText).GetOutputSchema(_head.GetOutputSchema(_featurizer.GetOutputSchema(keyed)));
        if (!isText)
        {
            return output;
        }

        SchemaShape.Column label = inputSchema.First(column => column.Name == _options.LabelColumnName);
        return new(output.Select(column => column.Name == label.Name ? label : column));
    }

    /// <summary>Trains the network.</summary>
    /// <param name="input">Rows with the label and image columns; read once, and labels of text once more before.</param>
    /// <returns>The model, to be disposed by the caller.</returns>
    /// <exception cref="ArgumentException">
    /// A column is missing or of a wrong type, or more blocks are to be trained than the network has.
    /// </exception>
    /// <exception cref="CheckpointException">The folder's checkpoint is unwanted, damaged, or of another unfinished training.</exception>
    /// <exception cref="BadImageException">An image cannot be used, and bad ones are not left out.</exception>
    /// <exception cref="InvalidOperationException">There are no rows, or only one class.</exception>
    /// <exception cref="TrainingDivergedException">The loss or a weight is no longer finite.</exception>
    /// <exception cref="NotSupportedException">
    /// This version of ML.NET is not supported, or blocks are to be trained of a network whose output stride made dilation of strides.
    /// </exception>
    /// <exception cref="OperationCanceledException"><see cref="MobileNetV2TrainerOptions.CancellationToken"/> was cancelled.</exception>
    /// <exception cref="WeightsFormatException">The weight file is damaged or holds another network.</exception>
    /// <exception cref="WeightsUnavailableException">The weights are neither on this machine nor can they be downloaded.</exception>
    public TransformerChain<ITransformer> Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        ITransformer? toKey = _textLabel.FitToKey(input);
        input = toKey?.Transform(input) ?? input;
        if (!_options.IsSolvedAlone)
        {
            PrepareCheckpoints();
        }

        (LabelledImages rows, TrainValidationSplit data, MobileNetV2Weights start) = Open(input, toKey);
        using (data)
        {
            FineTuneBlocks blocks = _options.FineTuneBlocks;
            FineTuneOptions tuning = MirrorCheck.Tuning(_options, start, data.Training, rows.ClassCount);
            MobileNetV2HeadOptions head = _options.Head;
            IProgress<FineTuneProgress>? progress = _options.Progress;
            if (_options.FineTuneIfBetter)
            {
                ComparisonResult result = new FineTuneComparison(_options, tuning)
                    .Run(start, data.Training, data.Validation, rows.ClassCount);
                _options.TrialEnded?.Invoke(result.Trial);
                (start, tuning) = (result.Weights, result.Tuning with { Patience = tuning.Patience });
                if (!result.Trial.ChoosesFineTuning)
                {
                    (blocks, tuning) = (FineTuneBlocks.HeadOnly, tuning with { ClassifierStart = ClassifierStart.Solved });
                    head = head.WithL2(result.L2Regularization);
                }

                progress = FineTuneComparison.Last(progress);
            }

            MobileNetV2Weights trained = new NetworkTraining(blocks, tuning, head).Run(
                start, data.Training, data.Validation, rows.ClassCount, progress);

            // An unchanged network keeps the name and hash of its file.
            MobileNetV2Weights network = blocks == FineTuneBlocks.HeadOnly ? start : trained.WithoutClassifier();
            SoftmaxWeights classifier = ClassifierSolver.ClassifierOf(trained);
            return Chain(network, classifier, LabelColumn.SummaryNames(rows.KeyTexts), input, predictsText: toKey is not null);
        }
    }

    /// <summary>Trains some steps with ever greater learning rates, to see which ones work.</summary>
    /// <remarks>
    /// Plot the curve: good rates lie where it falls. The head's rate keeps its ratio to the blocks' in the options. What is trained here
    /// is discarded.
    /// </remarks>
    /// <param name="input">Rows with the label and image columns, as for <see cref="Fit"/>.</param>
    /// <param name="search">Which rates; null for the defaults.</param>
    /// <exception cref="ArgumentException">A column is missing or of a wrong type, or an option is not allowed.</exception>
    /// <exception cref="BadImageException">An image cannot be used, and bad ones are not left out.</exception>
    /// <exception cref="InvalidOperationException">There are no rows, only one class, or the first loss is not finite.</exception>
    /// <exception cref="OperationCanceledException"><see cref="MobileNetV2TrainerOptions.CancellationToken"/> was cancelled.</exception>
    public LearningRateSearch FindLearningRate(IDataView input, LearningRateSearchOptions? search = null)
    {
        ArgumentNullException.ThrowIfNull(input);
        search ??= new();
        search.Validate();
        ITransformer? toKey = _textLabel.FitToKey(input);
        (LabelledImages rows, TrainValidationSplit data, MobileNetV2Weights start) = Open(toKey?.Transform(input) ?? input, toKey);
        using (data)
        {
            FineTuneBlocks blocks = _options.FineTuneBlocks;
            return new NetworkTraining(blocks, _options.FineTuning.For(blocks), _options.Head)
                .Search(start, data.Training, rows.ClassCount, search);
        }
    }

    private void PrepareCheckpoints()
    {
        CheckpointOptions? checkpoint = _options.FineTuning.Checkpoint;
        CheckpointFile.Prepare(checkpoint);
        for (int fold = 0; _options.FineTuneIfBetter && fold < ComparisonPlan.Folds; fold++)
        {
            CheckpointFile.Prepare(checkpoint?.ForFold(fold));
        }
    }

    private (LabelledImages Rows, TrainValidationSplit Data, MobileNetV2Weights Start) Open(IDataView input, ITransformer? toKey)
    {
        using IChannel channel = _environment.Start(nameof(MobileNetV2Trainer));
        LabelledImages rows = LabelledImages.Read(input, _options);
        LabelledImages? validation = _options.ValidationSet is { } set
            ? LabelledImages.Read(toKey is not null && _textLabel.IsIn(set.Schema) ? toKey.Transform(set) : set, _options)
            : null;
        if (rows.SkippedRows > 0)
        {
            channel.Warning(MessageSensitivity.None, $"Skipped {rows.SkippedRows} rows without a label.");
        }

        if (validation?.SkippedRows > 0)
        {
            channel.Warning(MessageSensitivity.None, $"Skipped {validation.SkippedRows} rows to validate on without a label.");
        }

        MobileNetV2Weights start = _options.Featurizer(_options.Weights).LoadWeights();
        _options.FineTuneBlocks.FirstBlock(start.Architecture);
        return (rows, TrainValidationSplit.Open(rows, validation, _options, start.Preprocessing), start);
    }

    private TransformerChain<ITransformer> Chain(
        MobileNetV2Weights network, SoftmaxWeights head, string[]? classNames, IDataView input, bool predictsText)
    {
        MobileNetV2FeaturizerTransformer featurizer = new MobileNetV2FeaturizerEstimator(
            _transforms, _options.Featurizer(WeightsSource.From(network))).Fit(input);
        try
        {
            ITransformer classifier = StockModelFactory.Create(
                _environment, head, classNames, featurizer.GetOutputSchema(input.Schema), _options.Head);

            // No row is read: the texts of the keys are in the schema.
            TransformerChain<ITransformer> naming = Naming(predictsText).Fit(classifier.Transform(featurizer.Transform(input)));
            return new([featurizer, classifier, .. naming]);
        }
        catch
        {
            featurizer.Dispose();
            throw;
        }
    }

    /// <summary>What gives the classifier's columns the names and the types that are asked for.</summary>
    private EstimatorChain<ITransformer> Naming(bool predictsText)
    {
        var chain = new EstimatorChain<ITransformer>();
        if (_options.ScoreColumnName != MobileNetV2HeadOptions.ScoreColumnName)
        {
            chain = chain
                .Append(_transforms.CopyColumns(_options.ScoreColumnName, MobileNetV2HeadOptions.ScoreColumnName))
                .Append<ITransformer>(_transforms.DropColumns(MobileNetV2HeadOptions.ScoreColumnName));
        }

        return predictsText ? chain.Append(_textLabel.ToText(_options.PredictedLabelColumnName)) : chain;
    }
}
