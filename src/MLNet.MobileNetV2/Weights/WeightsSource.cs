using MLNet.MobileNetV2.Images;
using MLNet.MobileNetV2.Network;
using MLNet.MobileNetV2.Weights.Sources;

namespace MLNet.MobileNetV2.Weights;

/// <summary>Which weights to use, by name, file or value; <see cref="WeightsStore"/> loads them. Immutable and thread-safe.</summary>
public abstract record WeightsSource
{
    internal const string AutoName = "auto";

    private protected WeightsSource()
    {
    }

    /// <summary><see cref="PretrainedModels.ImageNet"/>: at hand or downloaded, or an error.</summary>
    public static WeightsSource ImageNet { get; } = FromPretrained(PretrainedModels.ImageNet);

    /// <summary><see cref="PretrainedModels.ImageNetKeras"/>: at hand or downloaded, or an error.</summary>
    public static WeightsSource ImageNetKeras { get; } = FromPretrained(PretrainedModels.ImageNetKeras);

    /// <summary><see cref="PretrainedModels.CocoDetection"/>: embedded, always there, with weaker features.</summary>
    public static WeightsSource CocoDetection { get; } = FromPretrained(PretrainedModels.CocoDetection);

    /// <summary>
    /// <see cref="ImageNet"/> where it is at hand or one short try downloads it (5 seconds for the server to answer), else
    /// <see cref="CocoDetection"/>, with <see cref="LoadedWeights.FallbackReason"/>.
    /// </summary>
    public static WeightsSource Auto { get; } = new AutoSource();

    /// <summary>A short name for messages and metadata: the one that <see cref="Parse"/> takes, or the name of the weights.</summary>
    public abstract string Name { get; }

    /// <summary>
    /// A TFLite or safetensors file, told apart by their content. The tensors of a safetensors file are named as this library,
    /// torchvision (<c>mobilenet_v2</c>), timm (<c>mobilenetv2_100</c>) or Hugging Face (<c>MobileNetV2ForImageClassification</c>) does;
    /// batch norm is folded.
    /// </summary>
    /// <param name="path">The path of the file.</param>
    /// <param name="preprocessing">
    /// How photos must be prepared; null takes the catalog's record for a file of the catalog, then the metadata of the file, then
    /// what the project trains with whose names the tensors have, then the defaults of <see cref="ImagePreprocessing"/>.
    /// </param>
    /// <param name="padding">
    /// The padding that the weights were trained with; null takes <see cref="PaddingFlavor.TensorFlowSame"/> for TFLite, and for
    /// safetensors the text metadata <c>padding</c> or the project's: symmetric for torchvision and timm, TensorFlow's for Hugging Face.
    /// </param>
    public static WeightsSource FromFile(string path, ImagePreprocessing? preprocessing = null, PaddingFlavor? padding = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return new FileSource(path, preprocessing, padding);
    }

    /// <summary>Weights that are in memory already.</summary>
    /// <param name="weights">The weights.</param>
    public static WeightsSource From(MobileNetV2Weights weights)
    {
        ArgumentNullException.ThrowIfNull(weights);
        return new ValueSource(weights);
    }

    /// <summary>A model of <see cref="PretrainedModels"/>, also with other preprocessing.</summary>
    /// <param name="model">The model.</param>
    public static WeightsSource FromPretrained(PretrainedModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        return new PretrainedSource(model);
    }

    /// <summary>Reads what a command line takes: <c>auto</c>, the name of a catalog model, or the path of a file that is there.</summary>
    /// <param name="nameOrPath">The text.</param>
    /// <exception cref="ArgumentException">It is neither; the message names what is allowed.</exception>
    public static WeightsSource Parse(string nameOrPath)
    {
        ArgumentException.ThrowIfNullOrEmpty(nameOrPath);
        if (nameOrPath.Equals(AutoName, StringComparison.OrdinalIgnoreCase))
        {
            return Auto;
        }

        PretrainedModel? model = PretrainedModels.All.FirstOrDefault(
            model => model.Name.Equals(nameOrPath, StringComparison.OrdinalIgnoreCase));
        if (model is not null)
        {
            return FromPretrained(model);
        }

        string names = string.Join(", ", PretrainedModels.All.Select(model => model.Name).Prepend(AutoName));
        return File.Exists(nameOrPath)
            ? FromFile(nameOrPath)
            : throw new ArgumentException(
                $"The weights '{nameOrPath}' are not known; {names} or the path of a .tflite or .safetensors file is allowed.", nameof(nameOrPath));
    }

    /// <summary>The name.</summary>
    public sealed override string ToString() => Name;

    internal abstract Task<LoadedWeights> LoadAsync(
        WeightsStore store, IProgress<DownloadProgress>? progress, CancellationToken cancellationToken);
}
