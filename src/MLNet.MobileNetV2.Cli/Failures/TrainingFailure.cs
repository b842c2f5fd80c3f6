namespace MLNet.MobileNetV2.Cli.Failures;

/// <summary>What a training that failed says on the command line.</summary>
internal static class TrainingFailure
{
    public static CommandFailedException Of(TrainingDivergedException error) => new(
        $"The training diverged in step {error.Step} of epoch {error.Epoch}: choose a lower --learning-rate.", innerException: error);

    /// <param name="error">The error.</param>
    /// <param name="asked">What was asked for.</param>
    public static CommandFailedException Of(CheckpointException error, CheckpointOptions asked)
    {
        string ways = asked.Resume ? "--restart starts over" : "--resume continues it, --restart starts over";
        return new($"{error.Message} ({ways}.)", innerException: error);
    }
}
