namespace MLNet.MobileNetV2;

/// <summary>
/// What <see cref="FineTuneOptions.ChecksFlips"/> found: a head, cross-fitted on the features at the start, on held-out images and on their
/// mirror images. Immutable.
/// </summary>
public sealed class MirrorTrial
{
    // What chance makes in one of a thousand trainings.
    private const double StandardErrors = 3;

    internal MirrorTrial()
    {
    }

    /// <summary>Number of held-out images.</summary>
    public int Images { get; internal init; }

    /// <summary>The share of the images that is classified correctly, 0 to 1.</summary>
    public double Accuracy { get; internal init; }

    /// <summary>The share of the mirror images that is classified as their images should be, 0 to 1.</summary>
    public double MirroredAccuracy { get; internal init; }

    /// <summary>Mirror images alone that are classified correctly, where their images are not.</summary>
    public int Gained { get; internal init; }

    /// <summary>Images that are classified correctly, where their mirror images are not.</summary>
    public int Lost { get; internal init; }

    /// <summary>
    /// Whether a mirror image is of another class, so that the network must not learn that it is of the same: more images are lost than
    /// chance makes of as many differences (three standard errors).
    /// </summary>
    public bool ChangesClasses => Lost - Gained > StandardErrors * Math.Sqrt(Gained + Lost);
}
