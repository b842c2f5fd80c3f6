using MLNet.MobileNetV2.Images;
using MLNet.MobileNetV2.Onnx;
using MLNet.MobileNetV2.Validation;

namespace MLNet.MobileNetV2;

/// <summary>Options of <see cref="MobileNetV2Detector"/>. Not to be changed once a detector is made.</summary>
public sealed class MobileNetV2DetectorOptions
{
    /// <summary>Objects must have more than this score, from 0 to below 1. Default: 0.5.</summary>
    public float Threshold { get; set; } = 0.5f;

    /// <summary>
    /// A box whose intersection over union with a better one, of whatever class, is at least this is dropped: above 0, at most 1.
    /// Default: 0.5.
    /// </summary>
    public float Overlap { get; set; } = 0.5f;

    /// <summary>Most objects of an image, from 1 up, the best ones. Default: 20.</summary>
    public int Top { get; set; } = 20;

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
    /// Most pixels that an encoded image's header may claim, up to 250 megapixels; a pixel takes four bytes of memory. Default: 250
    /// megapixels. Allow less in a public service.
    /// </summary>
    public long MaxPixels { get; set; } = ImageLimits.Pixels;

    /// <summary><see cref="MaxConcurrency"/> as a number of images.</summary>
    internal int Concurrency => MaxConcurrency == 0 ? Environment.ProcessorCount : MaxConcurrency;

    internal NetworkSessionOptions SessionOptions => new(IntraOpThreadCount, ExecutionProvider);

    internal void Validate()
    {
        ArgumentNullException.ThrowIfNull(ExecutionProvider);
        Require.That(Threshold is >= 0 and < 1, Threshold, "at least 0 and less than 1");
        Require.That(Overlap is > 0 and <= 1, Overlap, "more than 0 and at most 1");
        Require.AtLeast(1, Top);
        Require.ThreadCount(IntraOpThreadCount);
        Require.ThreadCount(MaxConcurrency);
        Require.Between(1, ImageLimits.EncodedBytes, MaxEncodedBytes);
        Require.Between(1, ImageLimits.Pixels, MaxPixels);
    }
}
