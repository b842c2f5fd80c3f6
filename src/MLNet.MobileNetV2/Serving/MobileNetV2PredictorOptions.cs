using MLNet.MobileNetV2.Images;
using MLNet.MobileNetV2.Onnx;
using MLNet.MobileNetV2.Validation;

namespace MLNet.MobileNetV2;

/// <summary>Options of <see cref="MobileNetV2Predictor"/>. Read once, when the predictor is made.</summary>
public sealed class MobileNetV2PredictorOptions
{

    /// <summary>Most classes that a prediction names, from 1 up, where the call does not say. Default: 5.</summary>
    public int Top { get; init; } = 5;

    /// <summary>
    /// Threads of one inference; 0 means as many as there are cores. Default: 1, which gives most pictures a second under load, since
    /// several are predicted side by side. More threads shorten the wait for a single one.
    /// </summary>
    public int IntraOpThreadCount { get; init; } = 1;

    /// <summary>What runs the network. Default: <see cref="ExecutionProvider.Cpu"/>.</summary>
    public ExecutionProvider ExecutionProvider { get; init; } = ExecutionProvider.Cpu;

    /// <summary>Pictures that are decoded and scored at the same time, at most 1024; further calls wait. Default: 0, as many as there are cores.</summary>
    public int MaxConcurrency { get; init; }

    /// <summary>Most bytes of an encoded picture, up to 256 MiB: longer files and streams are not read to their end. Default: 256 MiB.</summary>
    public int MaxEncodedBytes { get; init; } = ImageLimits.EncodedBytes;

    /// <summary>
    /// Most pixels that an encoded picture's header may claim, up to 250 megapixels; a pixel takes four bytes of memory. Default: 250
    /// megapixels. A service that strangers use wants less.
    /// </summary>
    public long MaxPixels { get; init; } = ImageLimits.Pixels;

    /// <summary><see cref="MaxConcurrency"/> as a number of pictures.</summary>
    internal int Concurrency => MaxConcurrency == 0 ? Environment.ProcessorCount : MaxConcurrency;

    internal NetworkSessionOptions SessionOptions => new(IntraOpThreadCount, ExecutionProvider);

    internal void Validate()
    {
        ArgumentNullException.ThrowIfNull(ExecutionProvider);
        Require.AtLeast(1, Top);
        Require.ThreadCount(IntraOpThreadCount);
        Require.ThreadCount(MaxConcurrency);
        Require.Between(1, ImageLimits.EncodedBytes, MaxEncodedBytes);
        Require.Between(1, ImageLimits.Pixels, MaxPixels);
    }
}
