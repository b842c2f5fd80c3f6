using MLNet.MobileNetV2.Weights;
using MLNet.MobileNetV2.WeightsImport.Naming;

namespace MLNet.MobileNetV2.Assets;

/// <summary>
/// Writes the weights that the embedded ones begin as: a detector's backbone in float16. The same package always gives the same bytes.
/// </summary>
internal static class CocoCommand
{
    /// <summary>What the weights are.</summary>
    public const string Model = "the backbone of ssdlite_mobilenet_v2_coco of the TensorFlow Object Detection API";

    public static int Run(string archive, string target)
    {
        CocoPackage package = CocoPackage.Read(archive);
        var architecture = new MobileNetV2Architecture(numClasses: 0, padding: PaddingFlavor.TensorFlowSame);
        IReadOnlyDictionary<string, WeightTensor> tensors =
            TensorFlowTensors.Read(archive, package.Model.Tensors, new WeightsFileOptions()).Tensors;
        var weights = new MobileNetV2Weights("coco", architecture, tensors, PretrainedModels.ImageNet.Preprocessing);
        return WrittenWeights.Write(weights, target, SafetensorsType.F16, new()
        {
            ["architecture"] = "MobileNetV2 1.0, features only, batch norm folded",
            ["licence"] = package.License,
            ["model"] = Model,
            ["source"] = CocoPackage.Source,
        });
    }
}
