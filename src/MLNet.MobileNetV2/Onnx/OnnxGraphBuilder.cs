using System.Runtime.InteropServices;
using Google.Protobuf;
using MLNet.MobileNetV2.OnnxSchema;

namespace MLNet.MobileNetV2.Onnx;

/// <summary>Collects the nodes, constants, inputs and outputs of one ONNX graph. Not thread-safe.</summary>
internal sealed class OnnxGraphBuilder
{
    private const int IrVersion = 8;
    private const int OpsetVersion = 17;

    private readonly ModelProto _model;

    public OnnxGraphBuilder(string graphName)
    {
        _model = new ModelProto
        {
            IrVersion = IrVersion,
            ProducerName = "MLNet.MobileNetV2",
            ProducerVersion = typeof(OnnxGraphBuilder).Assembly.GetName().Version!.ToString(),
            Graph = new GraphProto { Name = graphName },
        };
        _model.OpsetImport.Add(new OperatorSetIdProto { Domain = string.Empty, Version = OpsetVersion });
    }

    /// <summary>Goes on with a graph, which is changed.</summary>
    public OnnxGraphBuilder(ModelProto model) => _model = model;

    /// <summary>Adds an input of float32; a dimension is a number or a name.</summary>
    public string Input(string name, params ReadOnlySpan<object> shape)
    {
        _model.Graph.Input.Add(FloatValue(name, shape));
        return name;
    }

    /// <summary>Adds an input of one number that has a value where none is given.</summary>
    public string OptionalInput(string name, float value) => Constant(Input(name, 1), [value], 1);

    /// <summary>Adds an input of one whole number that has a value where none is given.</summary>
    public string OptionalInput(string name, long value)
    {
        _model.Graph.Input.Add(Value(name, TensorProto.Types.DataType.Int64, [1]));
        return Constant(name, [value]);
    }

    /// <summary>Declares a node's result as an output of the graph.</summary>
    public void Output(string name, params ReadOnlySpan<object> shape) => _model.Graph.Output.Add(FloatValue(name, shape));

    /// <summary>Declares a node's result of whole numbers as an output of the graph.</summary>
    public void Int64Output(string name, params ReadOnlySpan<object> shape) =>
        _model.Graph.Output.Add(Value(name, TensorProto.Types.DataType.Int64, shape));

    public string Constant(string name, ReadOnlySpan<float> values, params ReadOnlySpan<int> shape) =>
        Constant(name, TensorProto.Types.DataType.Float, MemoryMarshal.AsBytes(values), shape);

    public string Constant(string name, ReadOnlySpan<long> values) =>
        Constant(name, TensorProto.Types.DataType.Int64, MemoryMarshal.AsBytes(values), [values.Length]);

    /// <summary>Adds a node with one result, which also names the node.</summary>
    public string Node(string operatorType, string result, ReadOnlySpan<string> inputs, params ReadOnlySpan<AttributeProto> attributes)
    {
        var node = new NodeProto { OpType = operatorType, Name = result };
        foreach (string input in inputs)
        {
            node.Input.Add(input);
        }

        foreach (AttributeProto attribute in attributes)
        {
            node.Attribute.Add(attribute);
        }

        node.Output.Add(result);
        _model.Graph.Node.Add(node);
        return result;
    }

    /// <summary>Limits a node's result, of which all that takes it gets the limited values.</summary>
    public void Clamp(string result, float least, float greatest)
    {
        int index = _model.Graph.Node.IndexOf(_model.Graph.Node.First(node => node.Output.Contains(result)));
        NodeProto node = _model.Graph.Node[index];
        string free = $"{result}.free";
        node.Output[node.Output.IndexOf(result)] = free;
        string[] limits = [Constant($"{result}.least", [least]), Constant($"{result}.greatest", [greatest])];
        var clip = new NodeProto { OpType = "Clip", Name = $"{result}.clamp", Input = { free, limits[0], limits[1] }, Output = { result } };
        _model.Graph.Node.Insert(index + 1, clip);
    }

    /// <summary>Adds a node that C# computes, whose results have the operator's shapes.</summary>
    public void Node(ManagedOperator managed, ReadOnlySpan<string> results, ReadOnlySpan<string> inputs)
    {
        if (_model.OpsetImport.All(import => import.Domain != ManagedOperators.Domain))
        {
            _model.OpsetImport.Add(new OperatorSetIdProto { Domain = ManagedOperators.Domain, Version = 1 });
        }

        Node(managed.Name, results[0], inputs);
        NodeProto node = _model.Graph.Node[^1];
        node.Domain = ManagedOperators.Domain;
        for (int i = 0; i < results.Length; i++)
        {
            if (i > 0)
            {
                node.Output.Add(results[i]);
            }

            _model.Graph.ValueInfo.Add(FloatValue(results[i], [.. managed.OutputShapes[i].Select(dimension => (object)(int)dimension)]));
        }
    }

    /// <summary>Adds the nodes and constants of another graph.</summary>
    public void Append(GraphProto other)
    {
        _model.Graph.Node.AddRange(other.Node);
        _model.Graph.Initializer.AddRange(other.Initializer);
    }

    /// <summary>Adds an entry to the model's metadata, or replaces it.</summary>
    public void Metadata(string key, string value)
    {
        if (_model.MetadataProps.FirstOrDefault(entry => entry.Key == key) is { } entry)
        {
            entry.Value = value;
        }
        else
        {
            _model.MetadataProps.Add(new StringStringEntryProto { Key = key, Value = value });
        }
    }

    public byte[] ToBytes() => _model.ToByteArray();

    /// <summary>The values of a constant that <see cref="Constant(string, ReadOnlySpan{float}, ReadOnlySpan{int})"/> added.</summary>
    public static float[] Floats(TensorProto tensor) => MemoryMarshal.Cast<byte, float>(tensor.RawData.Span).ToArray();

    public static AttributeProto Attribute(string name, long value) =>
        new() { Name = name, I = value, Type = AttributeProto.Types.AttributeType.Int };

    public static AttributeProto Attribute(string name, float value) =>
        new() { Name = name, F = value, Type = AttributeProto.Types.AttributeType.Float };

    public static AttributeProto Attribute(string name, string value) =>
        new() { Name = name, S = ByteString.CopyFromUtf8(value), Type = AttributeProto.Types.AttributeType.String };

    public static AttributeProto Attribute(string name, params ReadOnlySpan<long> values)
    {
        var attribute = new AttributeProto { Name = name, Type = AttributeProto.Types.AttributeType.Ints };
        foreach (long value in values)
        {
            attribute.Ints.Add(value);
        }

        return attribute;
    }

    private string Constant(string name, TensorProto.Types.DataType type, ReadOnlySpan<byte> values, ReadOnlySpan<int> shape)
    {
        var tensor = new TensorProto { Name = name, DataType = (int)type, RawData = ByteString.CopyFrom(values) };
        foreach (int dimension in shape)
        {
            tensor.Dims.Add(dimension);
        }

        _model.Graph.Initializer.Add(tensor);
        return name;
    }

    private static ValueInfoProto FloatValue(string name, ReadOnlySpan<object> shape) =>
        Value(name, TensorProto.Types.DataType.Float, shape);

    private static ValueInfoProto Value(string name, TensorProto.Types.DataType type, ReadOnlySpan<object> shape)
    {
        var dimensions = new TensorShapeProto();
        foreach (object dimension in shape)
        {
            dimensions.Dim.Add(dimension is string symbol
                ? new TensorShapeProto.Types.Dimension { DimParam = symbol }
                : new TensorShapeProto.Types.Dimension { DimValue = (int)dimension });
        }

        var tensor = new TypeProto.Types.Tensor { ElemType = (int)type, Shape = dimensions };
        return new ValueInfoProto { Name = name, Type = new TypeProto { TensorType = tensor } };
    }
}
