using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using MLNet.MobileNetV2.WeightsImport.Recognition;

namespace MLNet.MobileNetV2.Tests.WeightsImport.Recognition;

public sealed class ArchitectureSearchTests
{
    [Property(MaxTest = 1000)]
    public Property Find_LayersOfAnyNetwork_GivesTheSameLayers() => Prop.ForAll(FoundNetworks.Random.ToArbitrary(), network =>
    {
        MobileNetV2Architecture found = Find(FoundNetworks.Of(network));

        Assert.Equal(network.Convolutions(), found.Convolutions());
        Assert.Equal(network.Blocks.Select(block => block.HasShortcut), found.Blocks.Select(block => block.HasShortcut));
    });

    [Theory]
    [InlineData(0.1)]
    [InlineData(0.25)]
    [InlineData(0.35)]
    [InlineData(0.5)]
    [InlineData(0.75)]
    [InlineData(1.0)]
    [InlineData(1.1)]
    [InlineData(1.2)]
    [InlineData(1.3)]
    [InlineData(1.4)]
    public void Find_ThePapersTable_GivesItsWidthAndTheTable(double width)
    {
        MobileNetV2Architecture found = Find(FoundNetworks.Of(new(widthMultiplier: width)));

        Assert.Equal((width, 8), (found.WidthMultiplier, found.RoundNearest));
        Assert.Equal(MobileNetV2Architecture.PaperStages, found.Stages);
    }

    [Theory]
    [InlineData(0.77, 1)]
    [InlineData(1.234, 1)]
    [InlineData(0.6, 4)]
    [InlineData(0.35, 16)]
    public void Find_ThePapersTableAtAnyWidthAndDivisor_GivesTheTable(double width, int roundNearest)
    {
        var network = new MobileNetV2Architecture(widthMultiplier: width, roundNearest: roundNearest);

        MobileNetV2Architecture found = Find(FoundNetworks.Of(network));

        Assert.Equal(MobileNetV2Architecture.PaperStages, found.Stages);
        Assert.Equal(network.Convolutions(), found.Convolutions());
    }

    [Theory]
    [InlineData(0, PaddingFlavor.TensorFlowSame)]
    [InlineData(7, PaddingFlavor.PyTorchSymmetric)]
    public void Find_AnyNetwork_HasTheClassesAndPaddingGiven(int classes, PaddingFlavor padding)
    {
        MobileNetV2Architecture found = ArchitectureSearch.Find(
            "file", FoundNetworks.Of(MobileNetV2Architecture.Default), classes, padding);

        Assert.Equal((classes, padding), (found.NumClasses, found.Padding));
    }

    [Fact]
    public void Find_StridesThatAreNotThePapers_AreKept()
    {
        InvertedResidualSetting[] stages =
            [.. MobileNetV2Architecture.PaperStages.Select(stage => stage with { Stride = 3 - stage.Stride })];

        Assert.Equal(stages, Find(FoundNetworks.Of(new(invertedResidualSettings: stages))).Stages);
    }

    [Theory]
    [InlineData(0, "it has 0 inverted residuals; 7 to 1000 are allowed")]
    [InlineData(1001, "it has 1001 inverted residuals; 7 to 1000 are allowed")]
    [InlineData(6, "its 6 inverted residuals make 6 stages; 7 are needed")]
    public void Find_TooFewOrTooManyBlocks_SaysHowMany(int count, string message) => Assert.Contains(
        message,
        Refusal(new(32, [.. Enumerable.Repeat(new FoundBlock(32, 32, HasExpansion: false, Stride: 1), count)], 1280)),
        StringComparison.Ordinal);

    [Theory]
    [InlineData(33, 1280)]
    [InlineData(32, 2000)]
    [InlineData(32, 8)]
    [InlineData(100_000, 1280)]
    public void Find_ChannelsThatNoWidthGives_NamesThem(int stem, int features)
    {
        FoundLayers paper = FoundNetworks.Of(MobileNetV2Architecture.Default);
        FoundBlock first = new(stem, 16, HasExpansion: false, Stride: 1);

        Assert.Contains(
            $"no width multiplier gives {stem} channels after the first convolution, {features} after the last",
            Refusal(new(stem, [first, .. paper.Blocks.Skip(1)], features)),
            StringComparison.Ordinal);
    }

    private static MobileNetV2Architecture Find(FoundLayers layers) =>
        ArchitectureSearch.Find("file", layers, numClasses: 1000, PaddingFlavor.PyTorchSymmetric);

    private static string Refusal(FoundLayers layers) => Assert.Throws<WeightsFormatException>(() => Find(layers)).Reason;
}
