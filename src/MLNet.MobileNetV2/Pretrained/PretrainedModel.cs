using MLNet.MobileNetV2.Pretrained;

namespace MLNet.MobileNetV2;

/// <summary>One set of trained weights in the catalog, with all that is needed to get and use it. Immutable and thread-safe.</summary>
/// <remarks>Use <see cref="PretrainedModels"/>; <c>with</c> makes a variant, for example with other preprocessing.</remarks>
public sealed record PretrainedModel
{
    internal PretrainedModel()
    {
    }

    /// <summary>Its name on the command line and in metadata, for example <c>imagenet</c>.</summary>
    public string Name { get; internal init; } = string.Empty;

    /// <summary>The file with the weights, or null for the set that is embedded in the assembly.</summary>
    internal RemoteFile? WeightsFile { get; init; }

    /// <summary>The file with the class names, or null where there is none.</summary>
    internal RemoteFile? LabelsFile { get; init; }

    /// <summary>SHA-256 of the weights, downloaded or embedded, in lower-case hex.</summary>
    public string Sha256 { get; internal init; } = string.Empty;

    /// <summary>SPDX identifier of the licence of the weights.</summary>
    public string License { get; internal init; } = string.Empty;

    /// <summary>Who published the weights, and which version.</summary>
    public string Source { get; internal init; } = string.Empty;

    /// <summary>How images must be prepared.</summary>
    public ImagePreprocessing Preprocessing { get; init; } = new();

    /// <summary>The padding that the network was trained with.</summary>
    public PaddingFlavor Padding { get; internal init; }

    /// <summary>Number of classes of the classifier, or null where the weights end at the features.</summary>
    public int? ClassCount { get; internal init; }

    /// <summary>Whether the weights are part of the assembly, so that no file is needed.</summary>
    public bool IsEmbedded => WeightsFile is null;
}
