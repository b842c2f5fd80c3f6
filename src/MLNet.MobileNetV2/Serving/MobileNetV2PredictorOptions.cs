using MLNet.MobileNetV2.Images;
using MLNet.MobileNetV2.Onnx;
using MLNet.MobileNetV2.Validation;

namespace MLNet.MobileNetV2;

/// <summary>Options of <see cref="MobileNetV2Predictor"/>. Not to be changed once a predictor is made.</summary>
public sealed class MobileNetV2PredictorOptions
{
    private static readonly TimeSpan s_leastReloadInterval = TimeSpan.FromMilliseconds(100);

    /// <summary>
    /// The model file, for <c>AddMobileNetV2Predictor</c>; <see cref="MobileNetV2Predictor.Load"/> takes its path itself. Default: null.
    /// </summary>
    public string? ModelPath { get; set; }

    /// <summary>
    /// How often a predictor of <c>AddMobileNetV2Predictor</c> looks whether its model file was replaced, from 0.1 seconds up. Calls at
    /// work end on the model that they began with; a new file that cannot be loaded changes nothing. Default: null, never.
    /// </summary>
    public TimeSpan? ReloadInterval { get; set; }

    /// <summary>Called, on a thread of its own, if a replaced model file could not be loaded. It must not throw. Default: null.</summary>
    public Action<Exception>? ReloadFailed { get; set; }

    /// <summary>Most classes that a prediction names, from 1 up, where the call does not say. Default: 5.</summary>
    public int Top { get; set; } = 5;

    /// <summary>
    /// Threads of one inference; 0 means as many as there are cores. Default: 1, which gives most images a second under load, since
    /// several are predicted side by side. More threads shorten the wait for a single one.
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
        Require.AtLeast(1, Top);
        Require.ThreadCount(IntraOpThreadCount);
        Require.ThreadCount(MaxConcurrency);
        Require.Between(1, ImageLimits.EncodedBytes, MaxEncodedBytes);
        Require.Between(1, ImageLimits.Pixels, MaxPixels);
        Require.That(
            ReloadInterval is null || ReloadInterval >= s_leastReloadInterval,
            ReloadInterval,
            $"at least {s_leastReloadInterval}, or null");
    }
}
