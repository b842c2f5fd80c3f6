using System.Text.Json;
using MLNet.MobileNetV2.Weights;

namespace MLNet.MobileNetV2.FineTuning.Checkpoints;

/// <summary>What a checkpoint must have in common with the training that goes on from it, each as a hash.</summary>
/// <param name="Options">Every option that changes the outcome.</param>
/// <param name="Weights">The network, its weights at the start and how photos are prepared.</param>
/// <param name="Photos">The photos and their classes, in order.</param>
internal sealed record TrainingIdentity(string Options, string Weights, string Photos)
{
    /// <summary>Describes a training.</summary>
    /// <param name="options">Its options.</param>
    /// <param name="blocks">What is trained.</param>
    /// <param name="weights">The weights at the start.</param>
    /// <param name="photos">A text for each photo that tells it and its class.</param>
    public static TrainingIdentity Of(FineTuneOptions options, FineTuneBlocks blocks, MobileNetV2Weights weights, IEnumerable<string> photos)
    {
        // Threads, memory and the checkpoints themselves change nothing.
        FineTuneOptions effective = options with { Checkpoint = null, WorkerCount = 0, PhotoMemoryMiB = 0 };
        return new(
            Hash([JsonSerializer.Serialize(effective), blocks.ToString()], []),
            Hash(
                [
                    JsonSerializer.Serialize(weights.Preprocessing),
                    weights.Architecture.ToString(),
                    FormattableString.Invariant($"{weights.Architecture.Dropout} {weights.BatchNormEpsilon}"),
                    .. weights.Tensors.Keys.Order(StringComparer.Ordinal),
                ],
                weights.Tensors.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => pair.Value.Values)),
            Hash(photos, []));
    }

    /// <summary>What differs from another training, for a message; null if nothing does.</summary>
    public string? DifferenceFrom(TrainingIdentity other)
    {
        string[] parts =
        [
            .. Options == other.Options ? (ReadOnlySpan<string>)[] : ["options"],
            .. Weights == other.Weights ? (ReadOnlySpan<string>)[] : ["weights"],
            .. Photos == other.Photos ? (ReadOnlySpan<string>)[] : ["photos"],
        ];
        return parts.Length == 0 ? null : string.Join(" and ", parts);
    }

    private static string Hash(IEnumerable<string> texts, IEnumerable<ReadOnlyMemory<float>> values)
    {
        using var hash = new ContentHash();
        foreach (string text in texts)
        {
            hash.Append(text);
        }

        foreach (ReadOnlyMemory<float> tensor in values)
        {
            hash.Append(tensor.Span);
        }

        return hash.Finish();
    }
}
