using System.Globalization;
using MLNet.MobileNetV2.Cli.Failures;
using MLNet.MobileNetV2.Cli.Output;

namespace MLNet.MobileNetV2.Cli.Commands;

/// <summary><c>train --add</c>: a saved model gets more images or classes, without those that it was trained on.</summary>
internal static class TrainGrowth
{
    /// <summary>Grows a model and saves it.</summary>
    /// <param name="terminal">Where to say what came of it.</param>
    /// <param name="growth">The folder of the images that are added, and the model.</param>
    /// <param name="output">The file of the grown model.</param>
    /// <param name="options">Validation and balance.</param>
    /// <param name="page">The page that is written too; null for none.</param>
    /// <param name="json">Whether to print JSON.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    public static async Task<int> RunAsync(
        Terminal terminal,
        (string Folder, string Model) growth,
        string output,
        ImageFolderGrowthOptions options,
        ReportFile? page,
        bool json,
        CancellationToken cancellationToken)
    {
        long begin = terminal.Time.GetTimestamp();
        OutputFile.CheckWritable(output);
        using ImageFolderGrowthResult result = await RunAsync(terminal, growth, options, cancellationToken);
        OutputFile.Write(output, result.Save);
        TimeSpan elapsed = terminal.Time.GetElapsedTime(begin);
        terminal.WriteSkipped(result.SkippedImages);
        TrainReport.Save(page, growth, output, result, cancellationToken);
        if (json)
        {
            terminal.WriteJson(GrowResult.Of(result, elapsed));
            return ExitCode.Done;
        }

        string added = result.NewClasses.Count > 0 ? $", new: {string.Join(", ", result.NewClasses)}" : string.Empty;
        await terminal.Output.WriteLineAsync(string.Create(
            CultureInfo.InvariantCulture,
            $"{result.AddedImages} images added to {result.KnownImages - result.AddedImages}, {result.Classes.Count} classes{added}, "
            + $"{elapsed.TotalSeconds:F1} s -> {output}"));
        if (result.Validation is { } report)
        {
            await terminal.Output.WriteAsync("validation: ");
            ReportPrinter.Write(terminal, report);
        }

        return ExitCode.Done;
    }

    private static async Task<ImageFolderGrowthResult> RunAsync(
        Terminal terminal, (string Folder, string Model) growth, ImageFolderGrowthOptions options, CancellationToken cancellationToken)
    {
        try
        {
            return await ProgressBar.RunAsync(
                terminal,
                "adding",
                FolderProgress.Steps,
                report => ImageFolderGrowth.Run(
                    growth.Model,
                    growth.Folder,
                    options with
                    {
                        Progress = FolderProgress.To(report),
                        Warning = terminal.Warn,
                    },
                    cancellationToken),
                isEven: false);
        }
        catch (NotSupportedException error)
        {
            throw new CommandFailedException($"The model '{growth.Model}' cannot grow: {Failure.OneLine(error)}", innerException: error);
        }
    }
}
