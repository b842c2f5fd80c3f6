using MLNet.MobileNetV2.Weights;
using MLNet.MobileNetV2.WeightsImport.TfLite;

namespace MLNet.MobileNetV2.Tests.WeightsImport.TfLite;

/// <summary>DeepLabv3's reduced head behind a MobileNetV2.</summary>
public sealed class TfLiteSegmentationTests
{
    [Theory]
    [InlineData(1, 21, 16)]
    [InlineData(0.5, 2, 16)]
    [InlineData(0.35, 5, 8)]
    public void ReadSegmentation_OfAWholeNetwork_GivesItsLayersAndTensors(double width, int classes, int outputStride)
    {
        TfLiteTestFile file = File(width, classes, outputStride);

        SegmentationWeights weights = Read(file);

        Assert.Equal(
            (width, outputStride, classes, 65),
            (weights.Architecture.WidthMultiplier, weights.Architecture.OutputStride, weights.ClassCount, weights.Preprocessing.Size));
        Assert.Equal(outputStride == 16 ? 5 : 9, weights.MapSide);
        Assert.Equal((ImageCrop.Squash, 1), (weights.Preprocessing.Crop, weights.Preprocessing.CropFraction));
        Assert.Equal(file.Weights.Keys.Order(), weights.Tensors.Keys.Order());
        TfLiteTestTensor bias = file.Weights["logits.0.bias"];
        Assert.Equal(
            Enumerable.Range(0, classes).Select(i => (float)bias.Value(i, i)), weights.Tensors["logits.0.bias"].Values.ToArray());
    }

    [Fact]
    public void ReadSegmentation_OfBranchesInTheOtherOrder_Throws()
    {
        TfLiteTestFile file = File();
        TfLiteTestOperator joined = file.Operators.Single(op => op.Code == TfLiteTestFile.Concatenation);
        joined.Inputs = [joined.Inputs[1], joined.Inputs[0]];

        AssertRefused(file, "in this order");
    }

    [Fact]
    public void ReadSegmentation_OfAResizeWithHalfPixels_Throws()
    {
        TfLiteTestFile file = File();
        file.Operators.Last(op => op.Code == TfLiteTestFile.ResizeBilinear).Options = new() { [3] = (byte)1 };

        AssertRefused(file, "aligned corners");
    }

    [Fact]
    public void ReadSegmentation_OfAnActivationBehindTheLogits_Throws()
    {
        TfLiteTestFile file = File();
        file.Operators.Single(op => op.Name == "logits.0").Options![3] = (byte)1;

        AssertRefused(file, "not limited");
    }

    [Fact]
    public void ReadSegmentation_OfAScaleThatIsNotANumber_Throws()
    {
        TfLiteTestFile file = File();
        file.Weights["pooling.0.weight"].Scales = [float.NaN];

        AssertRefused(file, "'pooling.0.weight' holds NaN");
    }

    [Fact]
    public void ReadSegmentation_OfMoreClassesThanABytePixelHas_Throws() => AssertRefused(File(classes: 257), "257 classes; 2 to 256");

    [Fact]
    public void ReadSegmentation_OfAClassifier_Throws() =>
        AssertRefused(new TfLiteTestFile(TfLiteTestFile.UInt8, classes: 5, width: 0.35), "DeepLabv3's reduced head");

    [Fact]
    public void Read_OfASegmentationNetworkAsFeatures_Throws() =>
        Assert.Throws<WeightsFormatException>(() => TfLiteReader.Read("file", File().Write(), new()));

    [Fact]
    public void ReadSegmentation_OfDamagedStructure_OnlyThrowsWeightsFormatException()
    {
        (byte[] file, int dataStart) = File().WriteWithStructure();

        (int refused, long mostAllocated) = Mutations.Run(
            file, ..dataStart, 1000, bytes => TfLiteReader.ReadSegmentation("damaged", "test", bytes));

        Assert.InRange(refused, 100, 1000);
        Assert.InRange(mostAllocated, 0, 8L * file.Length);
    }

    private static void AssertRefused(TfLiteTestFile file, string reason) => Assert.Contains(
        reason, Assert.Throws<WeightsFormatException>(() => Read(file)).Message, StringComparison.Ordinal);

    private static SegmentationWeights Read(TfLiteTestFile file) => TfLiteReader.ReadSegmentation("file", "test", file.Write());

    private static TfLiteTestFile File(double width = 0.35, int classes = 3, int outputStride = 16) =>
        new(TfLiteTestFile.UInt8, width: width, side: 65, outputStride: outputStride, segmentationClasses: classes);
}
