using Microsoft.ML;
using MLNet.MobileNetV2.Machine;

namespace MLNet.MobileNetV2.Serving;

/// <summary>A model from a file, with a context of its own, and the temporary folder that ML.NET unpacks it to. Owns both.</summary>
internal sealed class ModelFile : IDisposable
{
    private readonly TemporaryFolder _temporary;

    private ModelFile(Stream stream, TemporaryFolder temporary)
    {
        _temporary = temporary;
        Context = new MLContext { TempFilePath = temporary.Path };
        (Model, InputSchema) = UnluckyFileName.Retry(() =>
        {
            stream.Position = 0;
            ITransformer model = Context.Model.Load(stream, out DataViewSchema? input);
            return (model, input);
        });
    }

    /// <summary>The context that the model was loaded with.</summary>
    public MLContext Context { get; }

    public ITransformer Model { get; }

    /// <summary>The columns that the model was saved with; null if it was saved without.</summary>
    public DataViewSchema? InputSchema { get; }

    /// <summary>Loads a model. What the machine lacks is not blamed on the file.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is no model; the message says what it is instead, if that is known.</exception>
    /// <exception cref="DllNotFoundException">ONNX Runtime's native library cannot be loaded.</exception>
    /// <exception cref="IOException">The file cannot be read, or temporary files cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    public static ModelFile Load(string path)
    {
        if (!File.Exists(path))
        {
            throw new FileNotFoundException(
                $"The model '{path}' {NotAFile.Describe(path)}; {ForeignModel.Needed} is needed.", path);
        }

        using FileStream stream = File.OpenRead(path);
        if (ForeignModel.Describe(stream) is { } other)
        {
            throw new InvalidDataException(
                $"The file '{path}' is not a model that ML.NET can load: {other} What is needed is {ForeignModel.Needed}.");
        }

        return Open(path, stream);
    }

    public void Dispose()
    {
        (Model as IDisposable)?.Dispose();
        _temporary.Dispose();
    }

    private static ModelFile Open(string path, FileStream stream)
    {
        var temporary = new TemporaryFolder(TemporaryFolder.OfTheSystem);
        try
        {
            return new ModelFile(stream, temporary);
        }
        catch (Exception error)
        {
            temporary.Dispose();
            if (MachineFailure.Cause(error) is OutOfMemoryException)
            {
                throw;
            }

            throw Explain(path, error, temporary);
        }
    }

    private static Exception Explain(string path, Exception error, TemporaryFolder temporary)
    {
        if (NativeLibrary.IsLoadFailure(error))
        {
            return new DllNotFoundException(MachineFailure.Describe(error) ?? NativeLibrary.OnnxRuntime.Missing(error).Message, error);
        }

        Exception cause = MachineFailure.Cause(error);
        if (temporary.Blamed(error) is { } blamed)
        {
            return blamed;
        }

        // A model that ends too early, or names assemblies or files that are not there, is at fault itself.
        bool isOfTheModel = cause is not IOException
            or EndOfStreamException or FileNotFoundException or DirectoryNotFoundException or FileLoadException;
        return !isOfTheModel
            ? new IOException($"The model '{path}' cannot be read: {cause.Message}", error)
            : new InvalidDataException(
                $"The file '{path}' is not a model that ML.NET can load: {cause.Message.Split('\n')[0].TrimEnd()}", cause);
    }
}
