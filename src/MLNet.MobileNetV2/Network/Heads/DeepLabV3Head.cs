using MLNet.MobileNetV2.Network;
using MLNet.MobileNetV2.Network.Heads;
using MLNet.MobileNetV2.Validation;

namespace MLNet.MobileNetV2;

/// <summary>
/// DeepLabv3's reduced head (arXiv 1801.04381, section 6.3): on the last block's output, without the last convolution, a branch of the
/// whole image and one of each place, projected together, give each place a score for each class, which is resized to the image. There is
/// no atrous pyramid. Immutable and thread-safe.
/// </summary>
public sealed class DeepLabV3Head : NetworkHead
{
    private const int MaxClasses = 100_000;

    /// <summary>Makes a head.</summary>
    /// <param name="classes">Number of classes with the background, 2 to 100,000. Default: 21, those of Pascal VOC.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number is not allowed.</exception>
    public DeepLabV3Head(int classes = 21)
        : base(classes)
    {
        Require.Between(2, MaxClasses, classes);
    }

    internal override int PaperResolution => 513;

    internal override int PaperOutputStride => 16;

    internal override void Follow(NetworkWalk walk, MobileNetV2Architecture architecture)
    {
        var layers = new DeepLabV3Layers(architecture, Classes);
        int size = walk.Map[^1];
        walk.Backbone(architecture, withLastConvolution: false);
        IReadOnlyList<int> map = walk.Map;
        walk.Begin("Head");
        walk.Pool();
        walk.Convolve(layers.Pooling);
        walk.Resize(map[^1]);
        IReadOnlyList<int> pooled = walk.Map;
        walk.GoTo(map);
        walk.Convolve(layers.Pointwise);
        walk.Concatenate(pooled);
        walk.Convolve(layers.Projection, layers.Logits);
        walk.Resize(size);
    }
}
