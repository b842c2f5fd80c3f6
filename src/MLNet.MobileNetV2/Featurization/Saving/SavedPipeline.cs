using System.Buffers.Binary;
using System.IO.Compression;
using MLNet.MobileNetV2.Data;
using MLNet.MobileNetV2.Featurization.Columns;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;
using Microsoft.ML.Transforms.Onnx;

namespace MLNet.MobileNetV2.Featurization.Saving;

/// <summary>
/// A model as its steps, in which it finds the featurizer: fitted in this process, or loaded as the stock steps that
/// <see cref="SavedFeaturizer"/> saves.
/// </summary>
internal sealed class SavedPipeline(ITransformer model)
{
    private const string GraphEntry = "OnnxModel";

    /// <summary>The model's transformers, without their chains.</summary>
    public IReadOnlyList<ITransformer> Steps { get; } = [.. Flatten(model)];

    /// <summary>Finds the first featurizer that prepares images.</summary>
    /// <returns>How it prepares them, and the position of its first step; null if there is none.</returns>
    /// <exception cref="InvalidDataException">The specification is damaged.</exception>
    public (FeaturizerSpec Spec, int FirstStep)? FindSpec()
    {
        for (int i = 0; i < Steps.Count; i++)
        {
            FeaturizerSpec? spec = Steps[i] switch
            {
                IFittedFeaturizer fitted => fitted.Spec,
                CustomMappingTransformer<EmptyRow, SeedRow> seed when Steps.ElementAtOrDefault(i + 1) is ExpressionTransformer constant =>
                    Read(seed, constant),
                _ => null,
            };
            if (spec is not null)
            {
                return (spec, i);
            }
        }

        return null;
    }

    /// <summary>Finds the graph of the first featurizer; null if there is none.</summary>
    /// <exception cref="NotSupportedException">This version of ML.NET does not expose the columns of its steps.</exception>
    public FeatureGraph? FindGraph()
    {
        for (int i = 0; i < Steps.Count; i++)
        {
            if (Steps[i] is IFittedFeaturizer fitted)
            {
                return new(fitted.WriteGraph(), string.Empty, fitted.OutputColumn, i);
            }

            if (Steps[i] is OnnxTransformer graph && Steps.ElementAtOrDefault(i + 1) is ColumnCopyingTransformer copy
                && WrittenColumns.Of(copy) is [(string column, SavedColumns.Features)])
            {
                return new(Read(graph), SavedColumns.Prefix, column, i + 1);
            }
        }

        return null;
    }

    private static IEnumerable<ITransformer> Flatten(ITransformer model) =>
        model is IEnumerable<ITransformer> chain ? chain.SelectMany(Flatten) : [model];

    // The two steps make the specification out of nothing, so one row of any data shows it.
    private static FeaturizerSpec Read(CustomMappingTransformer<EmptyRow, SeedRow> seed, ExpressionTransformer constant)
    {
        IDataView row = new MLContext().Data.LoadFromEnumerable([new SeedRow()]);
        IDataView withSpec = constant.Transform(seed.Transform(row));
        return FeaturizerSpec.Parse(withSpec.GetColumn<string>(SavedColumns.Spec).Single());
    }

    /// <summary>A text as an expression of <c>ExpressionTransformer</c>.</summary>
    public static string Literal(string text) =>
        $"\"{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";

    /// <summary>The ONNX file of a step, which only saving it gives.</summary>
    public static byte[] Read(OnnxTransformer transformer)
    {
        using var saved = new MemoryStream();
        new MLContext { TempFilePath = CatalogEnvironment.TemporaryFolderOf(transformer) }.Model.Save(transformer, null, saved);
        using var zip = new ZipArchive(saved, ZipArchiveMode.Read);
        ZipArchiveEntry entry = zip.Entries.First(entry => entry.Name == GraphEntry);
        using Stream stream = entry.Open();
        Span<byte> length = stackalloc byte[sizeof(int)];
        stream.ReadExactly(length);
        byte[] bytes = new byte[BinaryPrimitives.ReadInt32LittleEndian(length)];
        stream.ReadExactly(bytes);
        return bytes;
    }
}

/// <summary>The ONNX graph of a model's featurizer, and the column that it fills.</summary>
/// <param name="Bytes">The ONNX file.</param>
/// <param name="Prefix">What the names of its inputs and outputs begin with.</param>
/// <param name="Column">Name of the features column.</param>
/// <param name="LastStep">Position of the step that fills it.</param>
internal sealed record FeatureGraph(byte[] Bytes, string Prefix, string Column, int LastStep);

/// <summary>A featurizer that was fitted in this process, before ML.NET saves it as stock steps.</summary>
internal interface IFittedFeaturizer
{
    /// <summary>Name of the features column.</summary>
    string OutputColumn { get; }

    /// <summary>How it prepares images; null if it takes prepared pixels.</summary>
    FeaturizerSpec? Spec { get; }

    /// <summary>The ONNX file that it computes.</summary>
    byte[] WriteGraph();
}
