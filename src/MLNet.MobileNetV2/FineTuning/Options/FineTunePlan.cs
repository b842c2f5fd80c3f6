using System.Globalization;

namespace MLNet.MobileNetV2;

/// <summary>What <see cref="MobileNetV2TrainerOptions.FineTuneIfBetter"/> is going to do; as text, one line. Immutable.</summary>
public sealed class FineTunePlan
{
    internal FineTunePlan()
    {
    }

    /// <summary>Number of trained inverted residual blocks.</summary>
    public int TrainedBlocks { get; internal init; }

    /// <summary>Number of the network's inverted residual blocks.</summary>
    public int Blocks { get; internal init; }

    /// <summary>Passes over the images of the training, after the comparison.</summary>
    public int Epochs { get; internal init; }

    /// <summary>Steps of the training, after the comparison.</summary>
    public long Steps { get; internal init; }

    /// <summary>About how long the comparison and the training take.</summary>
    public TimeSpan Duration { get; internal init; }

    /// <summary>For example <c>fine-tuning 17 of 17 blocks, 30 epochs, about 4 minutes</c>.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"fine-tuning {TrainedBlocks} of {Blocks} blocks, {Epochs} {(Epochs == 1 ? "epoch" : "epochs")}, about {Time()}");

    private string Time()
    {
        int minutes = (int)Math.Round(Duration.TotalMinutes);
        return Duration < TimeSpan.FromSeconds(90)
            ? string.Create(CultureInfo.InvariantCulture, $"{Math.Ceiling(Duration.TotalSeconds):F0} seconds")
            : string.Create(CultureInfo.InvariantCulture, $"{minutes} minutes");
    }
}
