using MLNet.MobileNetV2.Detection.Weights;
using MLNet.MobileNetV2.Machine;
using MLNet.MobileNetV2.Weights;

namespace MLNet.MobileNetV2.Assets;

/// <summary>
/// Writes the weights of the detection package: a whole detector in float16, without the classes of COCO that have no name. The same
/// package always gives the same bytes.
/// </summary>
internal static class DetectorCommand
{
    private const string Target = "src/MLNet.MobileNetV2.Detection/Embedded/coco.safetensors";

    public static int Run(string archive)
    {
        CocoPackage package = CocoPackage.Read(archive);
        DetectionWeights weights = TensorFlowDetector.Read(archive, package.Model.Tensors, CocoClasses.Columns);
        var origin = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["architecture"] = "MobileNetV2 1.0 with SSDLite, batch norm folded, kernels but the depthwise ones float16",
            ["licence"] = package.License,
            ["model"] = "ssdlite_mobilenet_v2_coco of the TensorFlow Object Detection API",
            ["source"] = CocoPackage.Source,
        };
        int[] numbers = [.. CocoClasses.All.Select(one => one.Number)];
        Directory.CreateDirectory(Path.GetDirectoryName(Target)!);
        AtomicFile.Write(Target, stream => DetectionWeightsFile.Write(stream, weights, numbers, origin, SafetensorsType.F16));
        WrittenWeights.Print(Target);
        return 0;
    }
}
