using Microsoft.ML;
using MLNet.MobileNetV2.Data;
using MLNet.MobileNetV2.Machine;

namespace MLNet.MobileNetV2.Featurization.Saving;

/// <summary>A chain of components that ML.NET can save, with an ONNX graph that they read from a temporary file. Immutable.</summary>
/// <param name="transforms">The catalog that makes them.</param>
/// <param name="empty">Data of no rows with the columns that they take.</param>
/// <param name="writeGraph">Writes the graph.</param>
/// <param name="create">Makes the chain for the path of the graph.</param>
internal sealed class GraphChain(
    TransformsCatalog transforms,
    Func<DataOperationsCatalog, IDataView> empty,
    Func<byte[]> writeGraph,
    Func<string, IEstimator<ITransformer>> create)
{
    /// <summary>Fits the chain to data, whose rows it does not read.</summary>
    public ITransformer Fit(IDataView data)
    {
        using var temporary = new TemporaryFolder(CatalogEnvironment.TemporaryFolderOf(transforms));
        return Fit(data, temporary);
    }

    /// <summary>The bytes of the graph.</summary>
    public byte[] WriteGraph() => writeGraph();

    /// <summary>Saves the chain.</summary>
    public void Save(ModelSaveContext context)
    {
        // OnnxTransformer reads its file once more when it is saved. The data has no rows, so whose context made it does not matter.
        using var temporary = new TemporaryFolder(CatalogEnvironment.TemporaryFolderOf(transforms));
        ITransformer fitted = Fit(empty(new MLContext().Data), temporary);
        using (fitted as IDisposable)
        {
            ((ICanSaveModel)fitted).Save(context);
        }
    }

    private ITransformer Fit(IDataView data, TemporaryFolder temporary)
    {
        string path = temporary.File("graph.onnx");
        try
        {
            File.WriteAllBytes(path, writeGraph());
        }
        catch (Exception error) when (temporary.Blamed(error) is { } unusable)
        {
            throw unusable;
        }

        IEstimator<ITransformer> chain = create(path);
        return NativeLibrary.OnnxRuntime.Use(() => chain.Fit(data));
    }
}
