using System.Diagnostics;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using MLNet.MobileNetV2.Tests.WeightsImport.Recognition;
using MLNet.MobileNetV2.Weights;

namespace MLNet.MobileNetV2.Tests.Weights;

public sealed class ArchitectureMetadataTests
{
    private const string Width = "architecture.width_multiplier";
    private const string RoundNearest = "architecture.round_nearest";
    private const string Dropout = "architecture.dropout";
    private const string Stages = "architecture.stages";
    private const string OutputStride = "architecture.output_stride";
    private const string PaperText = "1,16,1,1 6,24,2,2 6,32,3,2 6,64,4,2 6,96,3,1 6,160,3,2 6,320,1,1";

    [Fact]
    public void Write_ThePapersNetwork_IsPlainText()
    {
        var metadata = new Dictionary<string, string>();

        ArchitectureMetadata.Write(metadata, new(widthMultiplier: 0.35, dropout: 0.25));

        Assert.Equal(
            new Dictionary<string, string> { [Width] = "0.35", [RoundNearest] = "8", [Dropout] = "0.25", [Stages] = PaperText }, metadata);
    }

    [Theory]
    [InlineData(8)]
    [InlineData(16)]
    [InlineData(32)]
    public void WriteThenRead_AnyOutputStride_GivesItAgain(int outputStride)
    {
        var metadata = new Dictionary<string, string>();
        ArchitectureMetadata.Write(metadata, new(outputStride: outputStride));

        Assert.Equal(outputStride != 32, metadata.ContainsKey(OutputStride));
        Assert.Equal(outputStride, ArchitectureMetadata.Read("file", metadata, 0, PaddingFlavor.TensorFlowSame)?.OutputStride);
    }

    [Property(MaxTest = 200)]
    public Property WriteThenRead_AnyNetwork_GivesItAgain() => Prop.ForAll(FoundNetworks.Random.ToArbitrary(), network =>
    {
        var metadata = new Dictionary<string, string>();
        ArchitectureMetadata.Write(metadata, network);

        MobileNetV2Architecture? read = ArchitectureMetadata.Read("file", metadata, numClasses: 3, PaddingFlavor.TensorFlowSame);

        Assert.NotNull(read);
        Assert.Equal((3, PaddingFlavor.TensorFlowSame), (read.NumClasses, read.Padding));
        Assert.Equal(
            (network.WidthMultiplier, network.RoundNearest, network.Dropout), (read.WidthMultiplier, read.RoundNearest, read.Dropout));
        Assert.Equal(network.Stages, read.Stages);
    });

    [Fact]
    public void Read_WithoutStages_IsNull() => Assert.Null(
        ArchitectureMetadata.Read("file", new Dictionary<string, string> { [Width] = "1" }, 0, PaddingFlavor.TensorFlowSame));

    [Theory]
    [InlineData(Width, "NaN", "widthMultiplier is NaN")]
    [InlineData(Width, "-1", "widthMultiplier is -1")]
    [InlineData(Width, "1e300", "more channels than 32 bits can count")]
    [InlineData(Width, "1e999", "widthMultiplier is")]
    [InlineData(Width, "wide", "'architecture.width_multiplier' is 'wide', which is not a valid value")]
    [InlineData(Width, null, "'architecture.width_multiplier' is ''")]
    [InlineData(RoundNearest, "0", "roundNearest is 0")]
    [InlineData(RoundNearest, "2147483647", "more channels than 32 bits can count")]
    [InlineData(RoundNearest, "8.5", "'architecture.round_nearest' is '8.5'")]
    [InlineData(RoundNearest, "99999999999", "'architecture.round_nearest' is '99999999999'")]
    [InlineData(Dropout, "1", "dropout is 1")]
    [InlineData(Dropout, "NaN", "dropout is NaN")]
    [InlineData(OutputStride, "4", "outputStride is 4; it must be 8, 16 or 32")]
    [InlineData(OutputStride, "fine", "'architecture.output_stride' is 'fine'")]
    [InlineData(Stages, "", "'architecture.stages' is ''")]
    [InlineData(Stages, "1,16,1", "'architecture.stages' is '1,16,1'")]
    [InlineData(Stages, "1,16,1,1,1", "'architecture.stages' is '1,16,1,1,1'")]
    [InlineData(Stages, "1,16,x,1", "'architecture.stages' is 'x'")]
    [InlineData(Stages, "1,16,1,1", "has 1 rows")]
    [InlineData(Stages, PaperText + " 6,320,1,1", "has 8 rows")]
    [InlineData(Stages, "1,16,1000,1 6,24,2,2 6,32,3,2 6,64,4,2 6,96,3,1 6,160,3,2 6,320,1,1", "which is not a valid value")]
    [InlineData(Stages, "1,16,2147483647,1 6,24,2147483647,2 6,32,3,2 6,64,4,2 6,96,3,1 6,160,3,2 6,320,1,1", "which is not a valid value")]
    [
        InlineData(
            Stages, "1,16,2147483647,1 6,24,-2147483647,2 6,32,3,2 6,64,4,2 6,96,3,1 6,160,3,2 6,320,1,1", "t, c and n must be 1 or more"),
    ]
    [InlineData(Stages, "1,2147483647,1,1 6,24,2,2 6,32,3,2 6,64,4,2 6,96,3,1 6,160,3,2 6,320,1,1", "more channels than 32 bits can count")]
    [InlineData(Stages, "2147483647,16,1,1 6,24,2,2 6,32,3,2 6,64,4,2 6,96,3,1 6,160,3,2 6,320,1,1", "more channels than 32 bits "
        + "can count")]
    [InlineData(Stages, "1,16,1,3 6,24,2,2 6,32,3,2 6,64,4,2 6,96,3,1 6,160,3,2 6,320,1,1", "s must be 1 or 2")]
    public void Read_SettingsThatAreNotPossible_SaysWhatWasFound(string key, string? text, string message) =>
        Assert.Contains(message, Refusal(With(key, text)).Reason, StringComparison.Ordinal);

    [Theory]
    [InlineData(Width, '9')]
    [InlineData(RoundNearest, '9')]
    [InlineData(Dropout, '0')]
    [InlineData(OutputStride, '1')]
    [InlineData(Stages, '1')]
    [InlineData(Stages, ' ')]
    [InlineData(Stages, ',')]
    public void Read_LongText_IsRefusedAtOnceAndIsNotRepeated(string key, char character)
    {
        Dictionary<string, string> metadata = With(key, new string(character, 1_000_000));
        long before = GC.GetAllocatedBytesForCurrentThread();
        var watch = Stopwatch.StartNew();

        WeightsFormatException e = Refusal(metadata);

        Assert.InRange(e.Reason.Length, 0, 1000);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1_000_000);
        Assert.InRange(watch.ElapsedMilliseconds, 0, 1000);
    }

    [Fact]
    public void Read_TheMostBlocks_AreBuilt()
    {
        MobileNetV2Architecture? network = ArchitectureMetadata.Read(
            "file",
            With(Stages, "1,16,994,1 6,24,1,2 6,32,1,2 6,64,1,2 6,96,1,1 6,160,1,2 6,320,1,1"),
            0,
            PaddingFlavor.TensorFlowSame);

        Assert.Equal(1000, network?.Blocks.Count);
    }

    private static Dictionary<string, string> With(string key, string? text)
    {
        var metadata = new Dictionary<string, string>
        {
            [Width] = "1", [RoundNearest] = "8", [Dropout] = "0.2", [Stages] = PaperText, [key] = text ?? "",
        };
        if (text is null)
        {
            metadata.Remove(key);
        }

        return metadata;
    }

    private static WeightsFormatException Refusal(Dictionary<string, string> metadata) => Assert.Throws<WeightsFormatException>(
        () => ArchitectureMetadata.Read("file", metadata, 0, PaddingFlavor.TensorFlowSame));
}
