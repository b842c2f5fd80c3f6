namespace MLNet.MobileNetV2.Cli.Labelling;

/// <summary>Which photos are taken for none of the model's classes, and what these are called.</summary>
/// <param name="Threshold">The least probability of the best class, from 0 to 1; 0 refuses nothing.</param>
/// <param name="Name">What photos that are refused are called.</param>
/// <param name="IsOfModel">Whether the model refuses photos too.</param>
internal sealed record UnknownRule(double Threshold, string Name, bool IsOfModel = false)
{
    /// <summary>What they are called by default.</summary>
    public const string DefaultName = "unknown";

    /// <summary>Every photo is of the class with the best score.</summary>
    public static UnknownRule None { get; } = new(0, DefaultName);

    /// <summary>Whether any photo may be refused.</summary>
    public bool MayRefuse => Threshold > 0 || IsOfModel;

    /// <summary>Decides what a photo is called.</summary>
    /// <param name="scores">Its best classes, best first; before them, that it is unknown, where the model says so.</param>
    public PhotoLabel Decide(IReadOnlyList<ClassScore> scores) => scores[0].IsUnknown
        ? new([.. scores.Skip(1)], Name)
        : new(scores, scores[0].Score < (float)Threshold ? Name : null);
}

/// <summary>What a photo is called, and why.</summary>
/// <param name="Scores">Its best classes, best first.</param>
/// <param name="Unknown">What it is called where it is of none of them; else null.</param>
/// <param name="SortedTo">Where it was put; null where photos are not sorted.</param>
/// <param name="Nearest">The training photos that are most like it; null where they were not asked for.</param>
internal sealed record PhotoLabel(
    IReadOnlyList<ClassScore> Scores, string? Unknown = null, string? SortedTo = null, IReadOnlyList<NearestImage>? Nearest = null)
{
    /// <summary>What it is called.</summary>
    public string Name => Unknown ?? Scores[0].Label;
}
