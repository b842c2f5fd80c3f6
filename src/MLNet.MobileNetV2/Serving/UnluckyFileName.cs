using Microsoft.ML.OnnxRuntime;
using MLNet.MobileNetV2.Machine;

namespace MLNet.MobileNetV2.Serving;

/// <summary>
/// ML.NET's OnnxTransformer unpacks its network to a file of a random name with a random extension. One in 32,768 ends in <c>.ort</c>,
/// which ONNX Runtime takes for its own format, and refuses the model. The next name is another one.
/// </summary>
internal static class UnluckyFileName
{
    private const string Refusal = "ORT model verification failed";

    /// <summary>Loads a model, and once more if the name was the unlucky one.</summary>
    public static T Retry<T>(Func<T> load)
    {
        try
        {
            return load();
        }
        catch (Exception error) when (MachineFailure.Cause(error) is OnnxRuntimeException refused
            && refused.Message.Contains(Refusal, StringComparison.Ordinal))
        {
            return load();
        }
    }
}
