namespace MLNet.MobileNetV2.WeightsImport.TfLite;

/// <summary>The tables of a TFLite file (schema version 3): one graph, its operators, tensors and buffers.</summary>
internal sealed class TfLiteModel
{
    private const uint SchemaVersion = 3;

    // Indices of fields in TensorFlow Lite's schema.fbs.
    private const int VersionField = 0;
    private const int OperatorCodesField = 1;
    private const int SubgraphsField = 2;
    private const int BuffersField = 4;
    private const int GraphTensorsField = 0;
    private const int GraphInputsField = 1;
    private const int GraphOperatorsField = 3;
    private const int OpcodeIndexField = 0;
    private const int DeprecatedBuiltinCodeField = 0;
    private const int BuiltinCodeField = 3;
    private const int TensorBufferField = 2;

    private readonly FlatVector _operatorCodes;
    private readonly FlatVector _tensors;
    private readonly FlatVector _buffers;
    private readonly FlatVector _inputs;
    private readonly FlatVector _operators;
    private readonly FlatBuffer _file;

    public TfLiteModel(string source, ReadOnlyMemory<byte> file)
    {
        _file = new FlatBuffer(source, file);
        FlatTable model = _file.Root("TFL3"u8);
        uint version = model.UInt32(VersionField);
        if (version != SchemaVersion)
        {
            throw Error($"its TFLite schema version is {version}; {SchemaVersion} is allowed.");
        }

        FlatVector graphs = model.Vector(SubgraphsField, sizeof(uint));
        if (graphs.Count != 1)
        {
            throw Error($"it has {graphs.Count} graphs; one is allowed.");
        }

        FlatTable graph = graphs.Table(0);
        _operatorCodes = model.Vector(OperatorCodesField, sizeof(uint));
        _buffers = model.Vector(BuffersField, sizeof(uint));
        _tensors = graph.Vector(GraphTensorsField, sizeof(uint));
        _inputs = graph.Vector(GraphInputsField, sizeof(int));
        _operators = graph.Vector(GraphOperatorsField, sizeof(uint));
        if (_inputs.Count != 1)
        {
            throw Error($"its graph has {_inputs.Count} inputs; one is allowed.");
        }
    }

    /// <summary>Index of the tensor that takes the image.</summary>
    public int Input => _inputs.Int32(0);

    public int OperatorCount => _operators.Count;

    public TfLiteOperator Operator(int index)
    {
        FlatTable table = _operators.Table(index);
        uint opcode = table.UInt32(OpcodeIndexField);
        if (opcode >= _operatorCodes.Count)
        {
            throw Error($"operator {index} names the operator code {opcode}; there are {_operatorCodes.Count}.");
        }

        // Old files keep the number in a byte; new ones in an int, with the byte capped at 127.
        FlatTable code = _operatorCodes.Table((int)opcode);
        int number = Math.Max(code.Byte(DeprecatedBuiltinCodeField), code.Int32(BuiltinCodeField));
        return new(index, (TfLiteOperatorCode)number, table);
    }

    /// <summary>The tensor of an index that an operator names.</summary>
    public TfLiteTensor Tensor(int index)
    {
        if (index < 0 || index >= _tensors.Count)
        {
            throw Error($"an operator names the tensor {index}; there are {_tensors.Count}.");
        }

        FlatTable tensor = _tensors.Table(index);
        uint buffer = tensor.UInt32(TensorBufferField);
        if (buffer >= _buffers.Count)
        {
            throw Error($"tensor {index} names the buffer {buffer}; there are {_buffers.Count}.");
        }

        return new(index, tensor, _buffers.Table((int)buffer));
    }

    public WeightsFormatException Error(string reason) => _file.Error(reason);
}
