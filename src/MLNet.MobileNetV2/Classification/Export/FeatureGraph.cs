using System.Buffers.Binary;
using System.IO.Compression;
using Microsoft.ML;
using Microsoft.ML.Transforms;
using Microsoft.ML.Transforms.Onnx;
using MLNet.MobileNetV2.Data;
using MLNet.MobileNetV2.Featurization.Saving;

namespace MLNet.MobileNetV2.Classification.Export;

/// <summary>The ONNX graph of a model's featurizer, and the column that it fills.</summary>
/// <param name="Bytes">The ONNX file.</param>
/// <param name="Prefix">What the names of its inputs and outputs begin with.</param>
/// <param name="Column">Name of the features column.</param>
internal sealed record FeatureGraph(byte[] Bytes, string Prefix, string Column)
{
    private const string GraphEntry = "OnnxModel";

    /// <summary>The graph of the featurizer at a position, or null where another transformer is there.</summary>
    /// <param name="steps">The model's transformers, without their chains.</param>
    /// <param name="index">The position.</param>
    public static FeatureGraph? At(IReadOnlyList<ITransformer> steps, int index)
    {
        if (steps[index] is MobileNetV2FeaturizerTransformer featurizer)
        {
            return new(featurizer.WriteGraph(), string.Empty, featurizer.OutputColumnName);
        }

        // A loaded featurizer is a chain of stock transformers: the graph, then a copy of its features to the user's column.
        return steps[index] is OnnxTransformer graph && index + 1 < steps.Count && steps[index + 1] is ColumnCopyingTransformer copy
            && WrittenColumns.Of(copy) is [(string column, SavedColumns.Features)]
            ? new(Read(graph), SavedColumns.Prefix, column)
            : null;
    }

    // Only saving an OnnxTransformer gives the bytes inside it.
    private static byte[] Read(OnnxTransformer transformer)
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
