using System.CommandLine;

namespace MLNet.MobileNetV2.Cli.Symbols;

/// <summary>The options of <c>detect train</c> that say how it trains.</summary>
internal sealed class DetectorTrainingSymbols
{
    private static readonly DetectorTrainingOptions s_defaults = new();

    private readonly Option<FineTuneBlocks> _blocks = DetectSymbols.Blocks();
    private readonly Option<int?> _steps = Whole("--steps", $"Steps of the training (default: {s_defaults.Steps}).");
    private readonly Option<int?> _epochs = Whole("--epochs", "Passes over the photos, in place of --steps.");
    private readonly Option<int?> _batchSize = Whole("--batch-size", $"Photos of a step (default: {s_defaults.BatchSize}).");
    private readonly Option<int?> _patience = Whole("--patience", "Epochs without a better validation after which the training ends.");

    private readonly Option<double> _headRate = Rate(
        "--head-learning-rate", s_defaults.HeadLearningRate, "Greatest learning rate of the detector's head.");

    private readonly Option<double> _rate = Rate(
        "--learning-rate", s_defaults.LearningRate, "Greatest learning rate of the network in front of it.");

    private readonly Option<double> _verticalFlips = CommonSymbols.Number(
        "--vertical-flips",
        "p",
        s_defaults.Augmentation.VerticalFlipProbability,
        value => value is >= 0 and <= 1,
        "0 to 1",
        "Probability that a photo is turned upside down: for photos that have no up.");

    private readonly Option<DetectionLoss?> _loss = new("--loss")
    {
        Description = $"{string.Join(" or ", Enum.GetNames<DetectionLoss>())} (default: {s_defaults.Loss}).",
        HelpName = "name",
        CustomParser = CommonSymbols.Choice<DetectionLoss>,
    };

    private readonly Option<bool> _fitAnchors = Flag("--fit-anchors", "Fit the shapes of anchors to the boxes; else they are SSD's.");

    private readonly CheckpointSymbols _checkpoint = new();

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(GroupedCommand command, Option validation)
    {
        command.Add(
            "Training", [_blocks, _steps, _epochs, _batchSize, _rate, _headRate, _loss, _fitAnchors, _verticalFlips, _patience]);
        command.Add("Stopping and going on", _checkpoint.All);
        command.Validators.Add(result =>
        {
            if (result.GetResult(_steps) is not null && result.GetResult(_epochs) is not null)
            {
                result.AddError("--steps and --epochs are both given; one of them is allowed.");
            }

            if (result.GetResult(_patience) is not null && result.GetResult(validation) is null)
            {
                result.AddError("--patience needs photos to validate on: give --validation.");
            }
        });
        _checkpoint.CheckIn(command);
    }

    /// <summary>What the command line asks for.</summary>
    public DetectorTrainingOptions Options(ParseResult parsed, int seed) => new()
    {
        Blocks = parsed.GetValue(_blocks),
        Steps = parsed.GetValue(_steps) ?? s_defaults.Steps,
        Epochs = parsed.GetValue(_epochs),
        BatchSize = parsed.GetValue(_batchSize) ?? s_defaults.BatchSize,
        HeadLearningRate = parsed.GetValue(_headRate),
        LearningRate = parsed.GetValue(_rate),
        Loss = parsed.GetValue(_loss) ?? s_defaults.Loss,
        FitsAnchors = parsed.GetValue(_fitAnchors),
        Augmentation = s_defaults.Augmentation with { VerticalFlipProbability = parsed.GetValue(_verticalFlips) },
        Patience = parsed.GetValue(_patience),
        Seed = seed,
        Checkpoint = _checkpoint.Options(parsed),
    };

    private static Option<int?> Whole(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "n",
        CustomParser = result => CommonSymbols.Integer(result, 1),
    };

    private static Option<double> Rate(string name, double value, string description) =>
        CommonSymbols.Number(name, "rate", value, rate => rate > 0 && double.IsFinite(rate), "more than 0", description);

    private static Option<bool> Flag(string name, string description) =>
        new(name) { Description = description, Arity = ArgumentArity.Zero };
}
