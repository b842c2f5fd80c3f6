using Microsoft.ML;

namespace MLNet.MobileNetV2.Cli.Models;

/// <summary>A model from a file, and the temporary folder that ML.NET unpacks it to. Owns both.</summary>
internal sealed class LoadedModel : IDisposable
{
    private readonly DirectoryInfo _temporary = Directory.CreateTempSubdirectory("mobilenetv2-");

    private LoadedModel(string path)
    {
        Context = new MLContext { TempFilePath = _temporary.FullName };
        try
        {
            Model = Context.Model.Load(path, out DataViewSchema? input);
            InputSchema = input;
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

    /// <summary>The columns that the model was saved with; null where it was saved without.</summary>
    public DataViewSchema? InputSchema { get; }

    /// <summary>Loads a model.</summary>
    /// <exception cref="CommandFailedException">The file is missing, or is no model.</exception>
    public static LoadedModel Open(string path)
    {
        if (!File.Exists(path))
        {
            string found = Directory.Exists(path) ? "is a folder; a file that 'mobilenetv2 train' saved is needed" : "is not there";
            throw new CommandFailedException($"The model '{path}' {found}.");
        }

        try
        {
            return new LoadedModel(path);
        }
        catch (Exception error)
        {
            string problem = error is IOException or UnauthorizedAccessException ? "cannot be read" : "is not a model that ML.NET can load";
            throw new CommandFailedException($"The file '{path}' {problem}: {Failure.OneLine(error)}", innerException: error);
        }
    }

    public void Dispose()
    {
        (Model as IDisposable)?.Dispose();
        _temporary.Delete(recursive: true);
    }
}
