using System.Runtime.InteropServices;
using Google.Protobuf;
using MLNet.MobileNetV2.OnnxSchema;
using DataType = MLNet.MobileNetV2.OnnxSchema.TensorProto.Types.DataType;

namespace MLNet.MobileNetV2.Tests.WeightsImport.Onnx;

/// <summary>An ONNX file as another exporter might write it, put together message by message.</summary>
internal sealed class OnnxTestGraph
{
    private int _names;

    public OnnxTestGraph(int opset)
    {
        Model = new ModelProto { IrVersion = opset < 9 ? 3 : 8, ProducerName = "another", Graph = new GraphProto { Name = "net" } };
        Model.OpsetImport.Add(new OperatorSetIdProto { Domain = "", Version = opset });
    }

    public ModelProto Model { get; }

    public GraphProto Graph => Model.Graph;

    /// <summary>How constants are given.</summary>
    public OnnxTestConstant Constants { get; set; } = OnnxTestConstant.Raw;

    public byte[] Bytes() => Model.ToByteArray();

    public string Input(string name, params object?[] shape)
    {
        Graph.Input.Add(Value(name, shape));
        return name;
    }

    public void Output(string name) => Graph.Output.Add(new ValueInfoProto { Name = name, Type = Value(name, []).Type.Clone() });

    public NodeProto Add(string type, IEnumerable<string> inputs, params AttributeProto[] attributes)
    {
        var node = new NodeProto { OpType = type, Output = { $"{type}_{_names++}" }, Input = { inputs }, Attribute = { attributes } };
        Graph.Node.Add(node);
        return node;
    }

    /// <summary>Adds a node and names its result.</summary>
    public string Node(string type, IEnumerable<string> inputs, params AttributeProto[] attributes) =>
        Add(type, inputs, attributes).Output[0];

    public string Ints(params long[] values) => Give(Int64(values), isWeight: false);

    public string Scalar(float value) => Give(Float([value], []), isWeight: false);

    /// <summary>A constant of weights in the form of the file.</summary>
    public string Constant(float[] values, params int[] shape)
    {
        TensorProto tensor = Constants switch
        {
            OnnxTestConstant.Numbers => new TensorProto { DataType = (int)DataType.Float, FloatData = { values } },
            OnnxTestConstant.Doubles =>
                new TensorProto { DataType = (int)DataType.Double, RawData = Raw(values.Select(value => (double)value)) },
            OnnxTestConstant.DoubleNumbers =>
                new TensorProto { DataType = (int)DataType.Double, DoubleData = { values.Select(value => (double)value) } },
            OnnxTestConstant.Halves =>
                new TensorProto { DataType = (int)DataType.Float16, RawData = Raw(values.Select(value => (Half)value)) },
            OnnxTestConstant.HalfNumbers => new TensorProto
            {
                DataType = (int)DataType.Float16,
                Int32Data = { values.Select(value => (int)BitConverter.HalfToUInt16Bits((Half)value)) },
            },
            OnnxTestConstant.BrainFloats => new TensorProto
            {
                DataType = (int)DataType.Bfloat16,
                RawData = Raw(values.Select(value => (ushort)(BitConverter.SingleToUInt32Bits(value) >> 16))),
            },
            _ => Float(values, shape),
        };
        tensor.Dims.Clear();
        tensor.Dims.Add(shape.Select(size => (long)size));
        return Give(tensor, isWeight: true);
    }

    public static AttributeProto Int(string name, long value) =>
        new() { Name = name, I = value, Type = AttributeProto.Types.AttributeType.Int };

    public static AttributeProto Real(string name, float value) =>
        new() { Name = name, F = value, Type = AttributeProto.Types.AttributeType.Float };

    public static AttributeProto Text(string name, string value) =>
        new() { Name = name, S = ByteString.CopyFromUtf8(value), Type = AttributeProto.Types.AttributeType.String };

    public static AttributeProto List(string name, params long[] values) =>
        new() { Name = name, Ints = { values }, Type = AttributeProto.Types.AttributeType.Ints };

    public static AttributeProto Tensor(string name, TensorProto value) =>
        new() { Name = name, T = value, Type = AttributeProto.Types.AttributeType.Tensor };

    public static TensorProto Float(float[] values, int[] shape) =>
        new() { DataType = (int)DataType.Float, Dims = { shape.Select(size => (long)size) }, RawData = Raw(values) };

    public static TensorProto Int64(params long[] values) =>
        new() { DataType = (int)DataType.Int64, Dims = { values.Length }, RawData = Raw(values) };

    public static ValueInfoProto Value(string name, object?[] shape)
    {
        var type = new TypeProto.Types.Tensor { ElemType = (int)DataType.Float };
        if (shape.Length > 0)
        {
            type.Shape = new TensorShapeProto();
            type.Shape.Dim.Add(shape.Select(size => size switch
            {
                int number => new TensorShapeProto.Types.Dimension { DimValue = number },
                string symbol => new TensorShapeProto.Types.Dimension { DimParam = symbol },
                _ => new TensorShapeProto.Types.Dimension(),
            }));
        }

        return new ValueInfoProto { Name = name, Type = new TypeProto { TensorType = type } };
    }

    private string Give(TensorProto tensor, bool isWeight)
    {
        tensor.Name = $"c{_names++}";
        if (Constants is OnnxTestConstant.Nodes or OnnxTestConstant.NodesOfNumbers)
        {
            return Node("Constant", [], Constants == OnnxTestConstant.NodesOfNumbers ? Numbers(tensor) : Tensor("value", tensor));
        }

        Graph.Initializer.Add(tensor);
        if (Constants == OnnxTestConstant.Inputs)
        {
            ValueInfoProto input = Value(tensor.Name, [.. tensor.Dims.Select(size => (object)(int)size)]);
            input.Type.TensorType.ElemType = tensor.DataType;
            input.Type.TensorType.Shape ??= new TensorShapeProto();
            Graph.Input.Add(input);
        }

        return (isWeight, Constants) switch
        {
            (true, OnnxTestConstant.Identities) => Node("Identity", [Node("Identity", [tensor.Name])]),
            (true, OnnxTestConstant.Transposed) when tensor.Dims.Count > 1 => Transposed(tensor),
            (true, >= OnnxTestConstant.Doubles and not OnnxTestConstant.Transposed) =>
                Node("Cast", [tensor.Name], Int("to", (int)DataType.Float)),
            _ => tensor.Name,
        };
    }

    // As attributes of numbers, which a node can have for numbers and vectors alone.
    private static AttributeProto Numbers(TensorProto tensor)
    {
        if (tensor.DataType == (int)DataType.Int64)
        {
            return List("value_ints", MemoryMarshal.Cast<byte, long>(tensor.RawData.Span).ToArray());
        }

        float[] values = MemoryMarshal.Cast<byte, float>(tensor.RawData.Span).ToArray();
        return tensor.Dims.Count switch
        {
            0 => Real("value_float", values[0]),
            1 => new AttributeProto { Name = "value_floats", Floats = { values }, Type = AttributeProto.Types.AttributeType.Floats },
            _ => Tensor("value", tensor),
        };
    }

    // Stored with the dimensions the other way around.
    private string Transposed(TensorProto tensor)
    {
        int rank = tensor.Dims.Count;
        int[] shape = [.. tensor.Dims.Select(size => (int)size)];
        ReadOnlySpan<float> values = MemoryMarshal.Cast<byte, float>(tensor.RawData.Span);
        float[] reversed = new float[values.Length];
        int[] position = new int[rank];
        for (int i = 0; i < values.Length; i++)
        {
            int at = 0;
            for (int axis = rank - 1; axis >= 0; axis--)
            {
                at = (at * shape[axis]) + position[axis];
            }

            reversed[at] = values[i];
            for (int axis = rank - 1; axis >= 0 && ++position[axis] == shape[axis]; axis--)
            {
                position[axis] = 0;
            }
        }

        tensor.RawData = Raw(reversed);
        tensor.Dims.Clear();
        tensor.Dims.Add(shape.Reverse().Select(size => (long)size));
        return Node("Transpose", [tensor.Name], List("perm", [.. Enumerable.Range(0, rank).Reverse().Select(axis => (long)axis)]));
    }

    private static ByteString Raw<T>(IEnumerable<T> values)
        where T : unmanaged => ByteString.CopyFrom(MemoryMarshal.AsBytes<T>(values.ToArray()));
}
