namespace MLNet.MobileNetV2.Tests.WeightsImport.TfLite;

/// <summary>An operator of a TFLite file that a test writes; a test may change it before.</summary>
internal sealed class TfLiteTestOperator(
    int code, int[] inputs, int[] outputs, byte optionsType = 0, Dictionary<int, object>? options = null)
{
    /// <summary>The layer of the network that it is; null for none.</summary>
    public string? Name { get; set; }

    public int Code { get; set; } = code;

    public int[] Inputs { get; set; } = inputs;

    public int[] Outputs { get; set; } = outputs;

    public byte OptionsType { get; set; } = optionsType;

    public Dictionary<int, object>? Options { get; set; } = options;
}
