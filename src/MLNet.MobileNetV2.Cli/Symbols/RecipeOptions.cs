using System.CommandLine;
using System.Text.RegularExpressions;
using MLNet.MobileNetV2.Cli.Failures;

namespace MLNet.MobileNetV2.Cli.Symbols;

/// <summary>The options of <c>train</c> that make up a recipe: a line each. Later ones win over earlier ones.</summary>
internal sealed partial class RecipeOptions
{
    /// <summary>The option that makes images of rare classes weigh more.</summary>
    public const string Balance = "--balance";

    private readonly (string Heading, RecipeOption[] Options)[] _groups =
    [
        ("Steps and rates of the fine-tuning",
        [
            new(
                "--steps",
                nameof(FineTuneOptions.Steps),
                "Steps of the training.",
                "n",
                clears: nameof(FineTuneOptions.Epochs)),
            new("--epochs", nameof(FineTuneOptions.Epochs), "Passes over the images, instead of --steps.", "n", "none"),
            new("--batch-size", nameof(FineTuneOptions.BatchSize), "Images of one step.", "n"),
            new("--optimizer", nameof(FineTuneOptions.Optimizer), "How a gradient changes the weights; sgd has Nesterov's momentum."),
            new(
                "--learning-rate",
                nameof(FineTuneOptions.LearningRate),
                "Highest learning rate of the blocks, and of the head unless --head-learning-rate is given.",
                "rate",
                follower: nameof(FineTuneOptions.HeadLearningRate)),
            new("--head-learning-rate", nameof(FineTuneOptions.HeadLearningRate), "Highest learning rate of the head.", "rate"),
            new(
                "--layer-decay",
                nameof(FineTuneOptions.LayerDecay),
                "Factor of the rate from each block to the one before it; auto is 1/2.6 for a number of blocks behind a solved head, "
                    + "else 1.",
                "factor",
                "auto"),
            new(
                "--warm-up-epochs",
                nameof(FineTuneOptions.WarmUpEpochs),
                "Epochs over which the rates rise; auto is 3, at most three tenths, behind a solved head, else 0.5.",
                "n",
                "auto"),
            new(
                "--last-learning-rate-factor",
                nameof(FineTuneOptions.LastLearningRateFactor),
                "What the cosine makes of the rates at the end.",
                "factor"),
            new("--weight-decay", nameof(FineTuneOptions.WeightDecay), "Weight decay of kernels; sgd needs less, about 1e-4.", "decay"),
            new("--momentum", nameof(FineTuneOptions.Momentum), "Momentum of sgd.", "m"),
            new("--beta1", nameof(FineTuneOptions.Beta1), "AdamW's decay of the first moment.", "decay"),
            new("--beta2", nameof(FineTuneOptions.Beta2), "AdamW's decay of the second moment.", "decay"),
            new("--epsilon", nameof(FineTuneOptions.Epsilon), "AdamW's addition to the denominator.", "e"),
            new("--clip-gradient", nameof(FineTuneOptions.ClipGradient), "Greatest length of a step's gradient; 0 for any.", "length"),
        ]),
        ("What of the network trains",
        [
            new(
                "--classifier-start",
                nameof(FineTuneOptions.ClassifierStart),
                "The head at the start: a random one, or the best one for the network as it is, which needs a --head-learning-rate of "
                    + "about 1e-4; auto is the random one."),
            new("--head-epochs", nameof(FineTuneOptions.HeadEpochs), "First epochs in which the head trains alone.", "n"),
            new(
                "--unfreezing-epochs",
                nameof(FineTuneOptions.UnfreezingEpochs),
                "Epochs after these over which blocks begin to train, one after another from the last.",
                "n"),
            new("--batch-norm", nameof(FineTuneOptions.BatchNorm), "What training does with batch norm."),
            new(
                "--trained-share",
                nameof(FineTuneOptions.TrainedShare),
                "Share of the trained weights in the network, the rest being those at the start; auto is 0.75, but 1 from scratch and "
                    + "without --refit-l2.",
                "share",
                "auto"),
            new(
                "--refit-l2",
                nameof(FineTuneOptions.RefitL2Regularization),
                "L2 regularization with which the head is solved anew at the end; none leaves it as it was trained.",
                "l2",
                "none"),
        ]),
        ("Views and regularization of the fine-tuning",
        [
            new("--augment", nameof(FineTuneOptions.Augmentation), "How much images are varied; a recipe may say more."),
            new(
                "--check-flips",
                nameof(FineTuneOptions.ChecksFlips),
                "Whether flips are left out where mirror images turn out to be of other classes, as those of arrows and letters."),
            new(
                "--training-size",
                nameof(FineTuneOptions.TrainingSize),
                "Side of the views in pixels, which takes time by the area; auto is 160 for a network of 224.",
                "px",
                "auto"),
            new(
                "--views",
                nameof(FineTuneOptions.ViewsPerImage),
                "Views of each image, which come again; 0 for new ones in every epoch.",
                "n"),
            new("--label-smoothing", nameof(FineTuneOptions.LabelSmoothing), "Share of the target that all classes get.", "share"),
            new("--mixup", nameof(FineTuneOptions.MixupAlpha), "Alpha of mixup; 0 for none.", "alpha"),
            new(
                "--dropout",
                nameof(FineTuneOptions.Dropout),
                "Share of the features dropped before the head; auto is the network's own, 0.2.",
                "share",
                "auto"),
            new(Balance, nameof(FineTuneOptions.BalanceClasses), "Whether images of rare classes weigh more."),
        ]),
        ("Which epoch of the fine-tuning makes the model",
        [
            new(
                "--weight-average",
                nameof(FineTuneOptions.WeightAverageDecay),
                "Decay of the moving average of the weights, which makes the model; 0 for none.",
                "decay"),
            new(
                "--patience",
                nameof(FineTuneOptions.Patience),
                "Epochs without a better --validation after which the training ends.",
                "n",
                "none"),
            new(
                "--restore-best",
                nameof(FineTuneOptions.RestoreBest),
                "With --patience, whether the epoch that validated best makes the model, and not the last."),
        ]),
    ];

    /// <summary>Every option.</summary>
    public IEnumerable<RecipeOption> All => _groups.SelectMany(group => group.Options);

    /// <summary>The options under their headings in the help.</summary>
    public IEnumerable<(string Heading, Option[] Options)> Groups =>
        _groups.Select(group => (group.Heading, (Option[])[.. group.Options.Select(option => option.Symbol)]));

    /// <summary>A recipe with what the command line changes in it.</summary>
    /// <exception cref="CommandFailedException">It is not allowed.</exception>
    public FineTuneOptions Apply(ParseResult parsed, FineTuneOptions recipe)
    {
        FineTuneOptions changed = All.Aggregate(recipe, (options, option) => option.Apply(parsed, options));
        try
        {
            changed.Validate();
            return changed;
        }
        catch (ArgumentException error)
        {
            string message = Word().Replace(Failure.OneLine(error), word => NameOf(word.Value) ?? word.Value);
            throw new CommandFailedException(message, ExitCode.WrongUsage, error);
        }
    }

    private string? NameOf(string property) => All.FirstOrDefault(option => option.PropertyName == property)?.Symbol.Name;

    [GeneratedRegex(@"\w+")]
    private static partial Regex Word();
}
