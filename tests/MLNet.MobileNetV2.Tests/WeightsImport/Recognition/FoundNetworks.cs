using FsCheck;
using FsCheck.Fluent;
using MLNet.MobileNetV2.WeightsImport.Recognition;

namespace MLNet.MobileNetV2.Tests.WeightsImport.Recognition;

/// <summary>Networks as a graph shows them, and random legal ones.</summary>
internal static class FoundNetworks
{
    private static readonly int[] s_divisors = [1, 2, 4, 8, 16];

    public static Gen<MobileNetV2Architecture> Random { get; } =
        from expansions in Gen.Choose(1, 6).ArrayOf(7)
        from channels in Gen.Choose(1, 48).ArrayOf(7)
        from repeats in Gen.Choose(1, 3).ArrayOf(7)
        from strides in Gen.Choose(1, 2).ArrayOf(7)
        from twentieths in Gen.Choose(1, 32)
        from roundNearest in Gen.Elements(s_divisors)
        select new MobileNetV2Architecture(
            widthMultiplier: twentieths / 20.0,
            invertedResidualSettings:
            [
                .. Enumerable.Range(0, 7).Select(
                    row => new InvertedResidualSetting(expansions[row], channels[row], repeats[row], strides[row])),
            ],
            roundNearest: roundNearest);

    public static FoundLayers Of(MobileNetV2Architecture network) => new(
        network.Stem.OutputChannels,
        [
            .. network.Blocks.Select(block => new FoundBlock(
                block.Depthwise.OutputChannels, block.Projection.OutputChannels, block.Expansion is not null, block.Depthwise.Stride)
            {
                Dilation = block.Depthwise.Dilation,
            }),
        ],
        network.FeatureCount);
}
