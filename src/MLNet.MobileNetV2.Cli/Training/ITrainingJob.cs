using MLNet.MobileNetV2.Cli.Output;

namespace MLNet.MobileNetV2.Cli.Training;

/// <summary>What <c>train</c> does, whatever it trains on.</summary>
internal interface ITrainingJob : IDisposable
{
    /// <summary>What the progress counts up to.</summary>
    long Steps { get; }

    /// <summary>Whether all steps take about the same time; else the job tells how long it takes yet, or nobody does.</summary>
    bool IsEven { get; }

    /// <summary>The class names in ordinal order.</summary>
    IReadOnlyList<string> Classes { get; }

    /// <summary>Number of pictures that the head was trained on.</summary>
    long TrainImages { get; }

    /// <summary>The pictures that could not be used.</summary>
    IReadOnlyList<SkippedImage> Skipped { get; }

    /// <summary>What of the network was trained besides the head.</summary>
    FineTunedPart FineTuned => default;

    /// <summary>What <c>--fine-tune auto</c> went by; null without it.</summary>
    FineTuneTrial? Trial => null;

    /// <summary>Trains, and reports on the pictures to validate on, if there are any.</summary>
    /// <exception cref="CommandFailedException">There is nothing to train on, or nothing to validate on.</exception>
    ClassificationReport? Run(ReportProgress progress, CancellationToken cancellationToken);

    /// <summary>Writes the model.</summary>
    void Save(Stream stream);

    /// <summary>Clears away what is of no use once the model is where it belongs.</summary>
    void Saved()
    {
    }
}
