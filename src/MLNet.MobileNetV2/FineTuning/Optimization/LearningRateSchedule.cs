namespace MLNet.MobileNetV2.FineTuning.Optimization;

/// <summary>
/// The learning rate's factor over the training: a linear rise, then half a cosine (arXiv 1608.03983, without restarts) down to a last
/// factor.
/// </summary>
/// <param name="TotalSteps">Number of steps.</param>
/// <param name="WarmUpSteps">Number of steps of the rise, at most <paramref name="TotalSteps"/>.</param>
/// <param name="LastFactor">The factor to which it falls, from 0 to 1.</param>
internal sealed record LearningRateSchedule(long TotalSteps, long WarmUpSteps, double LastFactor)
{
    /// <summary>The factor of a step, counted from 0: above 0 and at most 1 before the last.</summary>
    public double Factor(long step)
    {
        if (step < WarmUpSteps)
        {
            return (step + 1.0) / WarmUpSteps;
        }

        double progress = (double)(step - WarmUpSteps) / Math.Max(1, TotalSteps - WarmUpSteps);
        return LastFactor + ((1 - LastFactor) * 0.5 * (1 + Math.Cos(Math.PI * Math.Min(1, progress))));
    }
}
