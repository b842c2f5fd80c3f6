using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.MobileNetV2.Featurization.Columns;
using MLNet.MobileNetV2.Featurization.Saving;

namespace MLNet.MobileNetV2;

/// <summary>Adds the columns of a map with the class of each pixel of each row's image.</summary>
/// <remarks>
/// <para>
/// Rows are segmented when they are read, and a bad image throws <see cref="BadImageException"/> then (ML.NET may wrap it), unless
/// <see cref="MobileNetV2SegmentationOptions.OnBadImage"/> says otherwise. A saved model needs this package and nothing else, and gives
/// the same maps.
/// </para>
/// <para>
/// Thread-safe. Owns native memory: dispose it, or the chain that holds it, when no data view that it made is still read. A
/// <c>PredictionEngine</c> disposes its model with itself, unless <c>PredictionEngineOptions.OwnsTransformer</c> is false.
/// </para>
/// </remarks>
public sealed class MobileNetV2SegmentationTransformer : ITransformer, IDisposable
{
    private readonly GraphChain _saved;
    private readonly FeaturizerColumns _columns;
    private readonly ITransformer _chain;

    internal MobileNetV2SegmentationTransformer(
        GraphChain saved, FeaturizerColumns columns, IReadOnlyList<string> labels, IDataView input)
    {
        _saved = saved;
        _columns = columns;
        Labels = labels;
        _chain = saved.Fit(input);
    }

    /// <summary>Names of the classes by their numbers.</summary>
    public IReadOnlyList<string> Labels { get; }

    /// <summary>True: every row's map depends on that row alone.</summary>
    public bool IsRowToRowMapper => true;

    /// <summary>The schema of the input with the columns of the map added.</summary>
    /// <param name="inputSchema">The schema of the input.</param>
    /// <exception cref="ArgumentException">The image column is missing, or of another type than the one that <c>Fit</c> saw.</exception>
    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        ImageColumn.CheckKind(inputSchema, _columns);
        return _chain.GetOutputSchema(inputSchema);
    }

    /// <summary>The input with the columns of the map added; images are read when its rows are.</summary>
    /// <param name="input">Data with the image column.</param>
    /// <exception cref="ArgumentException">The image column is missing, or of another type than the one that <c>Fit</c> saw.</exception>
    public IDataView Transform(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        ImageColumn.CheckKind(input.Schema, _columns);
        return _chain.Transform(input);
    }

    /// <summary>The mapper of single rows, as prediction engines use it.</summary>
    /// <param name="inputSchema">The schema of the input.</param>
    /// <exception cref="ArgumentException">The image column is missing, or of another type than the one that <c>Fit</c> saw.</exception>
    public IRowToRowMapper GetRowToRowMapper(DataViewSchema inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        ImageColumn.CheckKind(inputSchema, _columns);
        return _chain.GetRowToRowMapper(inputSchema);
    }

    /// <summary>Releases the inference session.</summary>
    public void Dispose() => (_chain as IDisposable)?.Dispose();

    void ICanSaveModel.Save(ModelSaveContext ctx) => _saved.Save(ctx);
}
