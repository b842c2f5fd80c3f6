using MLNet.MobileNetV2.Pretrained;
using MLNet.MobileNetV2.Weights;

namespace MLNet.MobileNetV2.Assets;

/// <summary>
/// Writes the embedded weights: a student's, int8 for each output channel. The same student always gives the same bytes, whose SHA-256
/// stands in <see cref="PretrainedModels"/>.
/// </summary>
internal static class EmbedCommand
{
    private const string Target = "src/MLNet.MobileNetV2/Pretrained/Embedded/" + EmbeddedFile.Weights;

    public static int Run(string student)
    {
        PretrainedModel catalog = PretrainedModels.Embedded;
        PretrainedModel teacher = PretrainedModels.ImageNet;
        MobileNetV2Weights weights = WeightsFile.Read(student, new WeightsFileOptions { BatchNorm = BatchNormForm.Folded });
        string found = $"{weights.Architecture}, {weights.Preprocessing}";
        string needed = $"{new MobileNetV2Architecture(catalog.ClassCount, padding: catalog.Padding)}, {catalog.Preprocessing}";
        if (found != needed)
        {
            throw new InvalidDataException($"'{student}' is {found}; {needed} is needed.");
        }

        return WrittenWeights.Write(weights, Target, SafetensorsType.I8, new()
        {
            ["architecture"] = "MobileNetV2 1.0, 1001 classes, 0 is the background, batch norm folded, kernels but the depthwise ones int8",
            ["data"] = "5,916 photos of COCO 2017 unlabeled, without labels",
            ["licence"] = catalog.License,
            ["source"] = "MLNet.MobileNetV2, src/MLNet.MobileNetV2.Assets: coco, embed; tests/MLNet.MobileNetV2.Benchmarks: distill",
            ["start"] = $"{CocoCommand.Model}, {CocoPackage.Source}, Apache-2.0",
            ["teacher"] = $"{teacher.WeightsFile!.FileName}, SHA-256 {teacher.Sha256}, {teacher.Source}, {teacher.License}",
        });
    }
}
