using Google.Protobuf;
using MLNet.MobileNetV2.OnnxSchema;
using MLNet.MobileNetV2.WeightsImport.Graph;
using MLNet.MobileNetV2.WeightsImport.Recognition;

namespace MLNet.MobileNetV2.WeightsImport.Onnx;

/// <summary>
/// Reads a MobileNetV2 from an ONNX file of operator set 7 or newer, of this library's or any other exporter's. The network is found by
/// its operators, whatever its tensors and nodes are called; operators beside it are skipped.
/// </summary>
internal static class OnnxReader
{
    private const int OldestOperatorSet = 7;

    private static readonly MessageParser<ModelProto> s_parser = ModelProto.Parser.WithDiscardUnknownFields(true);

    /// <summary>Whether a file begins as an ONNX file does: the version first, then fields of a model up to the graph.</summary>
    public static bool Recognizes(ReadOnlySpan<byte> file) => OnnxScan.StartsAsModel(file);

    /// <summary>The network.</summary>
    /// <exception cref="WeightsFormatException">The file is damaged or holds another network.</exception>
    public static NetworkContent Read(string source, ReadOnlyMemory<byte> file, WeightsFileOptions options)
    {
        ModelProto model = Parse(source, file.Span);
        Dictionary<string, string> metadata = Metadata(model);
        OnnxGraph names = OnnxGraph.Read(source, file.Length, model.Graph, out NetworkGraph graph);
        RecognizedNetwork network = NetworkRecognizer.Recognize(graph);
        return RecognizedContent.Of(
            graph,
            network,
            metadata,
            options,
            padding => names.NormalizationOf(network.Image).ToPreprocessing(source, graph.Side, padding));
    }

    /// <summary>The metadata of a file, and its tensors of floating point by their names.</summary>
    /// <exception cref="WeightsFormatException">The file is damaged, or has two tensors of a name.</exception>
    public static (IReadOnlyDictionary<string, string> Metadata, IReadOnlyDictionary<string, WeightTensor> Tensors) ReadTensors(
        string source, ReadOnlySpan<byte> file)
    {
        ModelProto model = Parse(source, file);
        var tensors = new Dictionary<string, WeightTensor>(StringComparer.Ordinal);
        foreach (TensorProto tensor in model.Graph.Initializer)
        {
            if ((TensorProto.Types.DataType)tensor.DataType == TensorProto.Types.DataType.Float)
            {
                OnnxConstant constant = OnnxTensors.Constant(source, tensor);
                if (!tensors.TryAdd(tensor.Name, new(constant.Shape, constant.Values())))
                {
                    throw new WeightsFormatException(source, $"it has two tensors '{tensor.Name}'.");
                }
            }
        }

        return (Metadata(model), tensors);
    }

    private static Dictionary<string, string> Metadata(ModelProto model)
    {
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (StringStringEntryProto entry in model.MetadataProps)
        {
            metadata[entry.Key] = entry.Value;
        }

        return metadata;
    }

    private static ModelProto Parse(string source, ReadOnlySpan<byte> file)
    {
        OnnxScan.Check(source, file);
        ModelProto model;
        try
        {
            model = s_parser.ParseFrom(file);
        }
        catch (InvalidProtocolBufferException e)
        {
            throw new WeightsFormatException(source, $"it is not an ONNX file: {e.Message}", e);
        }

        if (model.Graph is null)
        {
            throw new WeightsFormatException(source, "it is an ONNX file without a graph.");
        }

        long version = model.OpsetImport.FirstOrDefault(set => set.Domain is "" or "ai.onnx")?.Version ?? 0;
        return version >= OldestOperatorSet ? model : throw new WeightsFormatException(
            source, $"its ONNX operator set is {version}; {OldestOperatorSet} or newer is allowed.");
    }
}
