using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.MobileNetV2.Classification.Gaussians;
using MLNet.MobileNetV2.Classification.Unknown;
using MLNet.MobileNetV2.Featurization.Saving;

namespace MLNet.MobileNetV2;

/// <summary>Calls images of none of the classes unknown. <see cref="UnknownImageEstimator"/> says how, and which columns it adds.</summary>
/// <remarks>
/// A saved model, and the ONNX file that it exports, hold the rule. Thread-safe. Owns native memory: dispose it, or the chain that holds
/// it, when no data view that it made is still read.
/// </remarks>
public sealed class UnknownImageTransformer : ITransformer, IDisposable
{
    private readonly GraphChain _saved;
    private readonly ITransformer _chain;

    internal UnknownImageTransformer(
        TransformsCatalog transforms, int features, UnknownRule rule, UnknownImageOptions options, IDataView input)
    {
        UnknownLabel = options.UnknownLabel;
        _saved = SavedUnknown.Create(transforms, features, rule, options);
        _chain = _saved.Fit(input);
    }

    /// <summary>What an unknown image is called.</summary>
    public string UnknownLabel { get; }

    /// <summary>True: every row depends on itself alone.</summary>
    public bool IsRowToRowMapper => true;

    /// <summary>The schema of the input with the columns IsUnknown and Strangeness, and with another predicted label.</summary>
    /// <param name="inputSchema">The schema of the input.</param>
    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => _chain.GetOutputSchema(inputSchema);

    /// <summary>The input with the columns IsUnknown and Strangeness, and with another predicted label.</summary>
    /// <param name="input">Data with features and a predicted label of text.</param>
    public IDataView Transform(IDataView input) => _chain.Transform(input);

    /// <summary>The mapper of single rows, as prediction engines use it.</summary>
    /// <param name="inputSchema">The schema of the input.</param>
    public IRowToRowMapper GetRowToRowMapper(DataViewSchema inputSchema) => _chain.GetRowToRowMapper(inputSchema);

    /// <summary>Releases the inference session.</summary>
    public void Dispose() => (_chain as IDisposable)?.Dispose();

    void ICanSaveModel.Save(ModelSaveContext ctx) => _saved.Save(ctx);

    /// <summary>The ONNX file of the strangeness.</summary>
    internal byte[] WriteGraph() => _saved.WriteGraph();
}
