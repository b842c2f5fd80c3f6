using Microsoft.ML;

namespace MLNet.MobileNetV2.Cli.Models;

/// <summary>A model from a file, and the temporary folder that ML.NET unpacks it to. Owns both.</summary>
internal sealed class LoadedModel : IDisposable
{
    private readonly DirectoryInfo _temporary = Directory.CreateTempSubdirectory("mobilenetv2-");

    public LoadedModel(string path)
    {
        Context = new MLContext { TempFilePath = _temporary.FullName };
        try
        {
            Model = Context.Model.Load(path, out _);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The context that the model was loaded with.</summary>
    public MLContext Context { get; }

    public ITransformer Model { get; } = null!;

    public void Dispose()
    {
        (Model as IDisposable)?.Dispose();
        _temporary.Delete(recursive: true);
    }
}
