using MLNet.MobileNetV2.Detection.Training.Gradients;
using MLNet.MobileNetV2.Images;
using MLNet.MobileNetV2.Numerics;

namespace MLNet.MobileNetV2.Detection.Training.Views;

/// <summary>A photo to train on.</summary>
/// <param name="AspectRatio">Its width divided by its height.</param>
/// <param name="Boxes">Its boxes, in fractions of its sides.</param>
internal sealed record TrainedImage(double AspectRatio, IReadOnlyList<TrainedBox> Boxes);

/// <summary>A view of a photo: what part of it, how it is turned, and the boxes in it.</summary>
/// <param name="Region">The part, in fractions of the photo's sides.</param>
/// <param name="IsFlipped">Whether it is mirrored.</param>
/// <param name="IsUpsideDown">Whether it stands on its head.</param>
/// <param name="Boxes">The boxes, in fractions of the view.</param>
/// <param name="Random">The random numbers that are left, for colours.</param>
internal sealed record DetectionView(
    CropBox Region, bool IsFlipped, bool IsUpsideDown, IReadOnlyList<TrainedBox> Boxes, SplitMix64 Random);
