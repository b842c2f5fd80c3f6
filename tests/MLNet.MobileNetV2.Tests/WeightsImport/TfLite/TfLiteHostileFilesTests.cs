using MLNet.MobileNetV2.Tests.Support;
using MLNet.MobileNetV2.WeightsImport.TfLite;

namespace MLNet.MobileNetV2.Tests.WeightsImport.TfLite;

/// <summary>Damaged TFLite files give nothing but <see cref="WeightsFormatException"/>, and no more memory than the weights need.</summary>
public sealed class TfLiteHostileFilesTests
{
    [Fact]
    public void Read_DamagedStructure_OnlyThrowsWeightsFormatException()
    {
        (byte[] file, int dataStart) = new TfLiteTestFile(
            TfLiteTestFile.UInt8, padsApart: true, classes: 2, width: 0.35).WriteWithStructure();

        (int refused, long mostAllocated) = Mutations.Run(file, ..dataStart, 2000, bytes => TfLiteReader.Read("damaged", bytes, new()));

        Assert.InRange(refused, 300, 2000);
        Assert.InRange(mostAllocated, 0, 6L * file.Length);
    }

    [Fact]
    public void Read_DamagedPublishedFile_OnlyThrowsWeightsFormatException()
    {
        byte[] file = File.ReadAllBytes(Path.Combine(TestEnvironment.RequireWeightsFolder(), "mobilenet_v2_1.0_224_quant.tflite"));

        (int refused, long mostAllocated) = Mutations.Run(
            file, 3_545_000..3_589_000, 300, bytes => TfLiteReader.Read("damaged", bytes, new()));

        Assert.InRange(refused, 100, 300);
        Assert.InRange(mostAllocated, 0, 6L * file.Length);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(4)]
    [InlineData(7)]
    [InlineData(8)]
    [InlineData(40)]
    [InlineData(5000)]
    public void Read_ShortenedFile_Throws(int length)
    {
        byte[] file = new TfLiteTestFile(TfLiteTestFile.UInt8, width: 0.35).Write();

        Assert.Throws<WeightsFormatException>(() => TfLiteReader.Read("short", file.AsMemory(0, length), new()));
    }

    [Fact]
    public void Read_RootOffsetBeyondTheFile_Throws()
    {
        byte[] file = new TfLiteTestFile(TfLiteTestFile.UInt8, width: 0.35).Write();
        BitConverter.TryWriteBytes(file, uint.MaxValue);

        WeightsFormatException e = Assert.Throws<WeightsFormatException>(() => TfLiteReader.Read("far", file, new()));

        Assert.Contains($"position {uint.MaxValue}", e.Message, StringComparison.Ordinal);
    }
}
