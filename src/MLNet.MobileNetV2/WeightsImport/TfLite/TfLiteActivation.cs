using MLNet.MobileNetV2.WeightsImport.Graph;

namespace MLNet.MobileNetV2.WeightsImport.TfLite;

/// <summary>The activations that a TFLite operator may have within it.</summary>
internal static class TfLiteActivation
{
    /// <summary>The limits of the activation with this number in the schema.</summary>
    /// <exception cref="WeightsFormatException">It is another one.</exception>
    public static OutputLimits Limits(TfLiteOperator op, byte number) => number switch
    {
        0 => OutputLimits.None,
        1 => new(0, float.PositiveInfinity),
        2 => new(-1, 1),
        3 => OutputLimits.ReLU6,
        _ => throw op.Error($"the activation's number is {number}; none (0) and ReLU6 (3) are allowed."),
    };

    /// <summary>Throws where an operator whose options begin with an activation has one.</summary>
    public static void CheckNone(TfLiteOperator op, int optionsType)
    {
        if (op.OptionalOptions(optionsType) is { } options && options.Byte(0) is not 0 and var number)
        {
            throw op.Error($"the activation's number is {number}; none (0) is allowed.");
        }
    }
}
