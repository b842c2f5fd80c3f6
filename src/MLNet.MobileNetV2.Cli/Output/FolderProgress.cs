using MLNet.MobileNetV2.Machine;

namespace MLNet.MobileNetV2.Cli.Output;

/// <summary>How far work on a folder is, as a bar shows it.</summary>
internal static class FolderProgress
{
    /// <summary>Steps of the bar.</summary>
    public const int Steps = 1000;

    /// <summary>Passes on what the library reports.</summary>
    public static IProgress<ImageFolderTrainingProgress> To(ReportProgress report) => new DirectProgress<ImageFolderTrainingProgress>(
        state => report((long)(state.Fraction * Steps), state.Detail, state.Remaining));
}
