using System.Reflection;

namespace MLNet.MobileNetV2.Pretrained;

/// <summary>The files that are part of the assembly.</summary>
internal static class EmbeddedFile
{
    /// <summary>The safetensors file of <see cref="PretrainedModels.Embedded"/>.</summary>
    public const string Weights = "embedded.safetensors";

    /// <summary>The names of ImageNet's classes, as <see cref="NetworkClasses.ImageNet"/> has them.</summary>
    public const string Labels = "imagenet_labels.txt";

    private const string Folder = "MLNet.MobileNetV2.Pretrained.Embedded.";

    /// <summary>The bytes of a file.</summary>
    public static byte[] Read(string name)
    {
        using Stream stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(Folder + name)!;
        byte[] file = new byte[stream.Length];
        stream.ReadExactly(file);
        return file;
    }
}
