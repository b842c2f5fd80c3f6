using System.Reflection;

namespace MLNet.MobileNetV2.Pretrained;

/// <summary>The weights that are part of the assembly.</summary>
internal static class EmbeddedWeights
{
    private const string Resource = "MLNet.MobileNetV2.Weights.Embedded.coco-detection.safetensors";

    /// <summary>The safetensors file of <see cref="PretrainedModels.CocoDetection"/>.</summary>
    public static byte[] Read()
    {
        using Stream stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(Resource)!;
        byte[] file = new byte[stream.Length];
        stream.ReadExactly(file);
        return file;
    }
}
