using MLNet.MobileNetV2.Machine;

namespace MLNet.MobileNetV2;

/// <summary>Which weights to use, by name, file or value; <see cref="WeightsStore"/> loads them. Immutable and thread-safe.</summary>
public sealed class WeightsSource
{
    private WeightsSource(string name)
    {
        Name = name;
    }

    /// <summary><see cref="PretrainedModels.Embedded"/>: part of the assembly, always there. The default.</summary>
    public static WeightsSource Embedded { get; } = FromPretrained(PretrainedModels.Embedded);

    /// <summary><see cref="PretrainedModels.ImageNet"/>: found locally or downloaded, else an error.</summary>
    public static WeightsSource ImageNet { get; } = FromPretrained(PretrainedModels.ImageNet);

    /// <summary><see cref="PretrainedModels.ImageNetKeras"/>: found locally or downloaded, else an error.</summary>
    public static WeightsSource ImageNetKeras { get; } = FromPretrained(PretrainedModels.ImageNetKeras);

    /// <summary><see cref="PretrainedModels.Birds"/>: found locally or downloaded, else an error.</summary>
    public static WeightsSource Birds { get; } = FromPretrained(PretrainedModels.Birds);

    /// <summary><see cref="PretrainedModels.Insects"/>: found locally or downloaded, else an error.</summary>
    public static WeightsSource Insects { get; } = FromPretrained(PretrainedModels.Insects);

    /// <summary>
    /// <see cref="ImageNet"/> where it is found locally or one short try downloads it (5 seconds for the server to answer), else
    /// <see cref="Embedded"/>, with <see cref="LoadedWeights.FallbackReason"/>.
    /// </summary>
    public static WeightsSource Auto { get; } = new("auto");

    /// <summary>A short name for messages and metadata: the text that <see cref="Parse"/> takes, or the name of the weights.</summary>
    public string Name { get; }

    internal PretrainedModel? Model { get; private init; }

    internal string? Path { get; private init; }

    internal WeightsFileOptions? FileOptions { get; private init; }

    internal MobileNetV2Weights? Weights { get; private init; }

    /// <summary>
    /// A weight file of any width and size, its format recognised by its content: ONNX; TFLite; TF.js (the path of <c>model.json</c>, its
    /// shards beside it, as TensorFlow-Slim or Keras names its tensors); safetensors and PyTorch checkpoints whose tensors are named as by
    /// torchvision (<c>mobilenet_v2</c>), timm (<c>mobilenetv2_100</c>) or Hugging Face (<c>MobileNetV2ForImageClassification</c>). Batch
    /// norm is folded.
    /// </summary>
    /// <param name="path">The path of the file.</param>
    public static WeightsSource FromFile(string path) => FromFile(path, new WeightsFileOptions());

    /// <summary>A weight file, with what it does not say.</summary>
    /// <param name="path">The path of the file.</param>
    /// <param name="options">What the file does not say, or what is wanted otherwise.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option has a value that is not allowed.</exception>
    public static WeightsSource FromFile(string path, WeightsFileOptions options)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        return new(path) { Path = path, FileOptions = options };
    }

    /// <summary>Weights that are in memory already.</summary>
    /// <param name="weights">The weights.</param>
    public static WeightsSource From(MobileNetV2Weights weights)
    {
        ArgumentNullException.ThrowIfNull(weights);
        return new(weights.Name) { Weights = weights };
    }

    /// <summary>A model of <see cref="PretrainedModels"/>, also with other preprocessing.</summary>
    /// <param name="model">The model.</param>
    public static WeightsSource FromPretrained(PretrainedModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        return new(model.Name) { Model = model };
    }

    /// <summary>
    /// Reads what a command line takes: <c>auto</c>, the name of a catalog model, or the path of a file. Text with an extension or a
    /// separator is a path, even where no such file exists: <see cref="WeightsStore"/> then throws.
    /// </summary>
    /// <param name="nameOrPath">The text.</param>
    /// <param name="options">What a file does not say; null for the defaults.</param>
    /// <exception cref="ArgumentException">It is neither; the message names what is allowed.</exception>
    public static WeightsSource Parse(string nameOrPath, WeightsFileOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(nameOrPath);
        WeightsSource[] named = [Auto, Embedded, ImageNet, ImageNetKeras, Birds, Insects];
        if (named.FirstOrDefault(source => source.Name.Equals(nameOrPath, StringComparison.OrdinalIgnoreCase)) is { } known)
        {
            return known;
        }

        return PathText.IsPath(nameOrPath)
            ? FromFile(nameOrPath, options ?? new WeightsFileOptions())
            : throw new ArgumentException(
                $"The weights '{nameOrPath}' are not known; {string.Join(", ", named.Select(source => source.Name))} "
                + "or the path of a weight file (.safetensors, .onnx, .tflite, .pth, TF.js's model.json) is allowed.",
                nameof(nameOrPath));
    }

    /// <summary>The name.</summary>
    public override string ToString() => Name;
}
