using MLNet.MobileNetV2.Tests.FineTuning;
using MLNet.MobileNetV2.Tests.Support;

namespace MLNet.MobileNetV2.Tests.Cli.Commands;

/// <summary>Small images, the weight file of a tiny network, and a place for what comes out.</summary>
internal sealed class FineTuneFolder : IDisposable
{
    private readonly TempFolder _out = new();

    public FineTuneFolder(int perClass, MobileNetV2Weights? weights = null)
    {
        Pictures = new(perClass);
        (weights ?? TinyNetwork.Weights).SaveSafetensors(Weights);
    }

    public DiscPictures Pictures { get; }

    public string Weights => File("tiny.safetensors");

    public string Model => File("model.zip");

    public string Recipe => File("model.recipe.json");

    /// <summary>What a training that is done says on standard error.</summary>
    public string Done => $"The recipe of this training is '{Recipe}'.\n";

    public string Checkpoint => File("checkpoint");

    public string CheckpointFile => File("checkpoint/checkpoint.safetensors");

    public string File(string name) => Path.Combine([_out.Path, .. name.Split('/')]);

    public string[] Names() => _out.Names();

    /// <summary>The arguments of <c>train</c> on the images.</summary>
    public string[] Arguments(params string[] options) => ["train", Pictures.Path, "--output", Model, "--weights", Weights, .. options];

    public Task<CliRun> TrainAsync(params string[] options) => CliRun.InProcessAsync(Arguments(options));

    public void Dispose()
    {
        Pictures.Dispose();
        _out.Dispose();
    }
}
