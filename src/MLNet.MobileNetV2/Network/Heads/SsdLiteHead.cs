using MLNet.MobileNetV2.Network;
using MLNet.MobileNetV2.Network.Heads;
using MLNet.MobileNetV2.Validation;

namespace MLNet.MobileNetV2;

/// <summary>
/// SSDLite (arXiv 1801.04381, section 6.2): from six maps, the first the expansion of the last block of stride 2, separable predictors
/// give each box of each cell four coordinates and a score for the background and each class. Immutable and thread-safe.
/// </summary>
public sealed class SsdLiteHead : NetworkHead
{
    private const int MaxClasses = 100_000;

    /// <summary>Makes a head.</summary>
    /// <param name="classes">Number of classes without the background, 1 to 100,000. Default: 80, those of COCO.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number is not allowed.</exception>
    public SsdLiteHead(int classes = 80)
        : base(classes)
    {
        Require.Between(1, MaxClasses, classes);
    }

    internal override int PaperResolution => 320;

    internal override int PaperOutputStride => 32;

    internal override void Follow(NetworkWalk walk, MobileNetV2Architecture architecture)
    {
        var layers = new SsdLiteLayers(architecture, Classes);
        var maps = new List<IReadOnlyList<int>> { layers.FirstTap.ShapeOf(architecture, walk.Map[^1]) };
        walk.Backbone(architecture);
        maps.Add(walk.Map);
        walk.Begin("Extra layers");
        foreach (IReadOnlyList<ConvolutionLayer> extra in layers.Extras)
        {
            walk.Convolve(extra);
            maps.Add(walk.Map);
        }

        walk.Begin("Predictors");
        foreach ((SsdLitePredictor predictor, IReadOnlyList<int> map) in layers.Predictors.Zip(maps))
        {
            walk.GoTo(map);
            walk.Convolve(predictor.Boxes);
            walk.GoTo(map);
            walk.Convolve(predictor.Classes);
        }
    }
}
