using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using MLNet.MobileNetV2.Weights;

namespace MLNet.MobileNetV2.FineTuning.Checkpoints;

/// <summary>What a checkpoint must have in common with the training that resumes from it.</summary>
/// <param name="Options">Every option that changes the outcome, as a JSON object.</param>
/// <param name="Weights">A hash of the network, the weights that were given and how images are prepared.</param>
/// <param name="Images">A hash of the images and their classes, in order.</param>
internal sealed record CheckpointIdentity(
    string Options, string Weights, [property: JsonPropertyName("Photos")] string Images)
{
    /// <summary>Describes a training.</summary>
    /// <param name="options">Its options.</param>
    /// <param name="blocks">What is trained.</param>
    /// <param name="l2Regularization">That of the classifier at the start.</param>
    /// <param name="weights">The weights that were given.</param>
    /// <param name="images">For each image, a text that identifies it and its class.</param>
    public static CheckpointIdentity Of(
        FineTuneOptions options, FineTuneBlocks blocks, float l2Regularization, MobileNetV2Weights weights, IEnumerable<string> images)
    {
        // Threads, memory and the checkpoints themselves change nothing.
        FineTuneOptions effective = options with { Checkpoint = null, ThreadCount = 0, ImageMemoryMiB = 0 };
        JsonObject json = JsonSerializer.SerializeToNode(effective)!.AsObject();
        json.Add(nameof(FineTuneBlocks), blocks.ToString());
        json.Add(nameof(MobileNetV2TrainerOptions.L2Regularization), l2Regularization);
        string[] network =
        [
            JsonSerializer.Serialize(weights.Preprocessing),
            weights.Architecture.ToString(),
            FormattableString.Invariant($"{weights.Architecture.Dropout} {weights.BatchNormEpsilon}"),
        ];
        return Of(json, network, weights.Tensors, images);
    }

    /// <summary>Describes a training of any network.</summary>
    /// <param name="options">Every option that changes the outcome.</param>
    /// <param name="network">What the network is beside its tensors.</param>
    /// <param name="tensors">The tensors that were given.</param>
    /// <param name="images">For each image, a text that identifies it and what is to be learned of it.</param>
    public static CheckpointIdentity Of(
        JsonObject options,
        IEnumerable<string> network,
        IReadOnlyDictionary<string, WeightTensor> tensors,
        IEnumerable<string> images) => new(
            options.ToJsonString(),
            Hash(
                [.. network, .. tensors.Keys.Order(StringComparer.Ordinal)],
                tensors.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => pair.Value.Values)),
            Hash(images, []));

    /// <summary>What differs from another training, for a message; null if nothing does.</summary>
    public string? DifferenceFrom(CheckpointIdentity other)
    {
        string[] parts =
        [
            .. Options == other.Options ? (ReadOnlySpan<string>)[] : [$"options{DifferingOptions(other)}"],
            .. Weights == other.Weights ? (ReadOnlySpan<string>)[] : ["weights"],
            .. Images == other.Images ? (ReadOnlySpan<string>)[] : ["images"],
        ];
        return parts.Length == 0 ? null : string.Join(" and ", parts);
    }

    private string DifferingOptions(CheckpointIdentity other)
    {
        try
        {
            if (JsonNode.Parse(Options) is JsonObject here && JsonNode.Parse(other.Options) is JsonObject there)
            {
                IEnumerable<string> names = here.Select(option => option.Key).Where(key => !JsonNode.DeepEquals(here[key], there[key]));
                return $" ({string.Join(", ", names)})";
            }
        }
        catch (Exception error) when (error is JsonException or ArgumentException)
        {
            // The options of an edited file may be unreadable; then none is named.
        }

        return string.Empty;
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
