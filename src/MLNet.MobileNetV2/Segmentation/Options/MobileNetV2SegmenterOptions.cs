using MLNet.MobileNetV2.Images;
using MLNet.MobileNetV2.Onnx;
using MLNet.MobileNetV2.Validation;

namespace MLNet.MobileNetV2;

/// <summary>Options of <see cref="MobileNetV2Segmenter"/>. Not to be changed once a segmenter is made.</summary>
public sealed class MobileNetV2SegmenterOptions
{
    /// <summary>The size of the map of classes. Default: <see cref="SegmentationMapSize.Photo"/>.</summary>
    public SegmentationMapSize MapSize { get; set; } = SegmentationMapSize.Photo;

    /// <summary>
    /// Whether results inside a network that was trained with 8 bits stay in the ranges that its file has for them, as in training. Without
    /// them logits change by 0.1 at most and fewer than one pixel in 200, and a run takes a little less time. Default: true.
    /// </summary>
    public bool KeepTrainedRanges { get; set; } = true;

    /// <summary>
    /// Threads of one inference; 0 means as many as there are cores. Default: 1, which gives most images a second under load.
    /// </summary>
    public int IntraOpThreadCount { get; set; } = 1;

    /// <summary>What runs the network. Default: <see cref="ExecutionProvider.Cpu"/>.</summary>
    public ExecutionProvider ExecutionProvider { get; set; } = ExecutionProvider.Cpu;

    /// <summary>Images processed at the same time, at most 1024; further calls wait. Default: 0, as many as there are cores.</summary>
    public int MaxConcurrency { get; set; }

    /// <summary>Most bytes of an encoded image; longer files and streams are not read to their end. Default: 256 MiB, the most.</summary>
    public int MaxEncodedBytes { get; set; } = ImageLimits.EncodedBytes;

    /// <summary>
    /// Most pixels that an encoded image's header may claim, up to 250 megapixels; a pixel takes four bytes of memory, and one of the map.
    /// Default: 250 megapixels. Allow less in a public service.
    /// </summary>
    public long MaxPixels { get; set; } = ImageLimits.Pixels;

    /// <summary><see cref="MaxConcurrency"/> as a number of images.</summary>
    internal int Concurrency => MaxConcurrency == 0 ? Environment.ProcessorCount : MaxConcurrency;

    internal NetworkSessionOptions SessionOptions => new(IntraOpThreadCount, ExecutionProvider);

    internal void Validate()
    {
        ArgumentNullException.ThrowIfNull(ExecutionProvider);
        Require.Defined(MapSize);
        Require.ThreadCount(IntraOpThreadCount);
        Require.ThreadCount(MaxConcurrency);
        Require.Between(1, ImageLimits.EncodedBytes, MaxEncodedBytes);
        Require.Between(1, ImageLimits.Pixels, MaxPixels);
    }
}

/// <summary>The size of a segmented image's map.</summary>
public enum SegmentationMapSize
{
    /// <summary>
    /// That of the upright image. The logits, of which the network gives one in 16 pixels along a side, are resized bilinearly to it, and
    /// each pixel gets the class of its largest one: edges are as smooth as on the network's image, and have no steps on a large photo.
    /// </summary>
    Photo,

    /// <summary>That of the network's image, to which the photo is squashed: the map is the network's own.</summary>
    Network,
}
