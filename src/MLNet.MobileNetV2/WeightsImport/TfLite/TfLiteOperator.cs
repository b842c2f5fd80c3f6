namespace MLNet.MobileNetV2.WeightsImport.TfLite;

/// <summary>One operator of a TFLite graph.</summary>
internal readonly struct TfLiteOperator(int index, TfLiteOperatorCode code, FlatTable table)
{
    // Indices of fields in TensorFlow Lite's schema.fbs.
    private const int InputsField = 1;
    private const int OutputsField = 2;
    private const int OptionsTypeField = 3;
    private const int OptionsField = 4;

    private const int NoTensor = -1;

    public TfLiteOperatorCode Code => code;

    /// <summary>The tensor of an input, or an error where the operator has fewer.</summary>
    public int Input(int position) => Tensor(table.Vector(InputsField, sizeof(int)), position, "input");

    /// <summary>The tensor of an optional input; null where the operator has none.</summary>
    public int? OptionalInput(int position)
    {
        FlatVector inputs = table.Vector(InputsField, sizeof(int));
        return position < inputs.Count && inputs.Int32(position) is not NoTensor and var tensor ? tensor : null;
    }

    public int[] Inputs(int most)
    {
        FlatVector inputs = table.Vector(InputsField, sizeof(int));
        int[] tensors = new int[Math.Min(inputs.Count, most)];
        for (int i = 0; i < tensors.Length; i++)
        {
            tensors[i] = inputs.Int32(i);
        }

        return tensors;
    }

    public int Output => Tensor(table.Vector(OutputsField, sizeof(int)), 0, "output");

    /// <summary>The tensor of the first output; null where the operator has none.</summary>
    public int? OptionalOutput => table.Vector(OutputsField, sizeof(int)).Count > 0 ? Output : null;

    public string Place => $"operator {index} ({code})";

    /// <summary>The operator's options of the type <paramref name="type"/> of the schema's union.</summary>
    public FlatTable Options(int type) => OptionalOptions(type) ?? throw Error("it lacks its options.");

    /// <summary>The same options; null where the operator has none of that type.</summary>
    public FlatTable? OptionalOptions(int type) => table.Byte(OptionsTypeField) == type ? table.Table(OptionsField) : null;

    public WeightsFormatException Error(string reason) => table.Buffer.Error($"{Place}: {reason}");

    /// <summary>The reason of an error without the operator, where it begins so.</summary>
    public string WithoutPlace(string reason) =>
        reason.StartsWith($"{Place}: ", StringComparison.Ordinal) ? reason[(Place.Length + 2)..] : reason;

    private int Tensor(FlatVector tensors, int position, string kind) =>
        position < tensors.Count ? tensors.Int32(position) : throw Error($"it has {tensors.Count} {kind}s; {position + 1} are needed.");
}

/// <summary>The TFLite operators that occur in MobileNetV2, with their numbers in the schema.</summary>
internal enum TfLiteOperatorCode
{
    Add = 0,
    AveragePool2D = 1,
    Concatenation = 2,
    Conv2D = 3,
    DepthwiseConv2D = 4,
    Dequantize = 6,
    FullyConnected = 9,
    Logistic = 14,
    Reshape = 22,
    ResizeBilinear = 23,
    Softmax = 25,
    Pad = 34,
    Mean = 40,
    Squeeze = 43,
    ArgMax = 56,
    Quantize = 114,
}
