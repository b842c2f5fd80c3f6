namespace MLNet.MobileNetV2.Weights.Formats;

/// <summary>One operator of a TFLite graph.</summary>
internal readonly struct TfLiteOperator(int index, TfLiteOperatorCode code, FlatTable table)
{
    // Indices of fields in TensorFlow Lite's schema.fbs.
    private const int InputsField = 1;
    private const int OutputsField = 2;
    private const int OptionsTypeField = 3;
    private const int OptionsField = 4;

    public TfLiteOperatorCode Code => code;

    /// <summary>The tensor of an input, or an error where the operator has fewer.</summary>
    public int Input(int position) => Tensor(table.Vector(InputsField, sizeof(int)), position, "input");

    /// <summary>The tensor of the one output.</summary>
    public int Output => Tensor(table.Vector(OutputsField, sizeof(int)), 0, "output");

    /// <summary>The operator's options of the type <paramref name="type"/> of the schema's union.</summary>
    public FlatTable Options(int type)
    {
        return table.Byte(OptionsTypeField) == type && table.Table(OptionsField) is { } options
            ? options
            : throw Error("it lacks its options.");
    }

    public WeightsFormatException Error(string reason) => table.Buffer.Error($"operator {index} ({code}): {reason}");

    private int Tensor(FlatVector tensors, int position, string kind) =>
        position < tensors.Count ? tensors.Int32(position) : throw Error($"it has {tensors.Count} {kind}s; {position + 1} are needed.");
}
