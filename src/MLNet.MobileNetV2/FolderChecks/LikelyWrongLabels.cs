using System.Numerics.Tensors;

namespace MLNet.MobileNetV2.FolderChecks;

/// <summary>
/// Finds labels that are likely wrong: where a head that was not trained on the photo, and the labels of the photos that are most like it,
/// agree on another class, the latter clearly.
/// </summary>
/// <remarks>
/// Confident learning (arXiv 1911.00068) on the head's scores alone names every photo that the head gets wrong where it is often wrong: of
/// 250 pictures of which a tenth have a wrong label, and the head knows four fifths, it was right in 39 of 100; this is in 86.
/// </remarks>
internal static class LikelyWrongLabels
{
    /// <summary>
    /// Regularisation of the head: much more than for predicting, since it must not learn the wrong labels of other photos.
    /// </summary>
    public const float L2Regularization = 100;

    // How much a vote counts for each step of the cosine, and by how much of all votes another class must lead.
    private const double Sharpness = 10;
    private const double LeastLead = 0.4;

    /// <summary>Finds them, the likeliest first.</summary>
    /// <param name="images">The photos, with the head's scores; null for one that was not tested.</param>
    /// <param name="nearest">For each photo the most similar ones.</param>
    /// <param name="groups">The group of each photo: those that are the same have no vote for each other.</param>
    /// <param name="labels">The class of each photo.</param>
    /// <param name="classes">The class names.</param>
    public static IReadOnlyList<LikelyWrongLabel> Find(
        IReadOnlyList<ScoredImage?> images,
        IReadOnlyList<Neighbour[]> nearest,
        IReadOnlyList<int> groups,
        IReadOnlyList<int> labels,
        IReadOnlyList<string> classes)
    {
        var found = new List<(LikelyWrongLabel Label, double Lead)>();
        for (int photo = 0; photo < images.Count; photo++)
        {
            if (images[photo] is not { } image)
            {
                continue;
            }

            ReadOnlySpan<float> scores = image.Probabilities.Span;
            int suggested = TensorPrimitives.IndexOfMax(scores);
            double[] votes = Votes(nearest[photo].Where(other => groups[other.Index] != groups[photo]), labels, classes.Count);
            double lead = votes[suggested] - votes[labels[photo]];
            if (suggested != labels[photo] && lead > LeastLead && votes.Max() == votes[suggested])
            {
                found.Add((
                    new(image.Path!, classes[labels[photo]], classes[suggested], (float)((scores[suggested] + votes[suggested]) / 2)),
                    lead + scores[suggested] - scores[labels[photo]]));
            }
        }

        return [.. found.OrderByDescending(one => one.Lead).Select(one => one.Label)];
    }

    /// <summary>The share of the votes that each class has.</summary>
    private static double[] Votes(IEnumerable<Neighbour> voters, IReadOnlyList<int> labels, int classCount)
    {
        double[] votes = new double[classCount];
        foreach (Neighbour voter in voters)
        {
            votes[labels[voter.Index]] += Math.Exp(Sharpness * voter.Cosine);
        }

        double sum = votes.Sum();
        return sum > 0 ? [.. votes.Select(vote => vote / sum)] : votes;
    }
}
