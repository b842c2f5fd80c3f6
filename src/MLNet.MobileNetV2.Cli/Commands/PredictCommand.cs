using System.CommandLine;
using System.Globalization;
using MLNet.MobileNetV2.Cli.Inputs;
using MLNet.MobileNetV2.Cli.Labelling;
using MLNet.MobileNetV2.Cli.Output;
using MLNet.MobileNetV2.Cli.Symbols;

namespace MLNet.MobileNetV2.Cli.Commands;

/// <summary><c>predict</c>: what a saved model sees in images, their labels in a file, and the images in folders of these.</summary>
internal static class PredictCommand
{
    public static Command Create(Terminal terminal)
    {
        Argument<string> model = CommonSymbols.Model();
        Argument<string[]> images = CommonSymbols.Images();
        Option<int> top = CommonSymbols.Top();
        Option<int?> nearest = CommonSymbols.Nearest();
        Option<bool> json = CommonSymbols.Json();
        Option<bool> strict = CommonSymbols.Strict();
        Option<bool> quiet = new("--quiet")
        {
            Description = "Write only errors to standard error, and with --output no line a photo.",
            Arity = ArgumentArity.Zero,
        };
        Option<bool> verbose = new("--verbose")
        {
            Description = "Say at the end how long it took.",
            Arity = ArgumentArity.Zero,
        };
        var labels = new LabelSymbols();
        var command = new GroupedCommand("predict", "Names images with a saved model, writes their labels, and sorts them.")
        {
            model, images, top, nearest, json, strict, quiet, verbose,
        };
        labels.AddTo(command);
        command.Validators.Add(result =>
        {
            if (result.GetValue(quiet) && result.GetValue(verbose))
            {
                result.AddError("--quiet and --verbose exclude each other.");
            }
        });
        command.SetAction(async (parsed, cancellationToken) =>
        {
            terminal.IsQuiet = parsed.GetValue(quiet);
            string[] arguments = parsed.GetRequiredValue(images);
            labels.CheckPlaces(parsed, arguments);
            long begin = terminal.Time.GetTimestamp();
            string file = parsed.GetRequiredValue(model);
            using var loaded = PictureModel.Load(file);
            var photos = NearestPhotos.Open(file, loaded.Predictor, parsed.GetValue(nearest));
            TimeSpan loading = terminal.Time.GetElapsedTime(begin);
            begin = terminal.Time.GetTimestamp();

            IEnumerable<ImageArgument> pictures = ImageArguments.Expand(terminal, arguments, cancellationToken);
            UnknownRule rule = labels.Rule(parsed, loaded.Predictor?.UnknownLabel);
            SortFolder? folder = labels.OpenFolder(parsed, loaded.Classes, rule);
            if (folder is not null)
            {
                // All are listed before the first one is put elsewhere.
                pictures = [.. pictures];
            }

            int count = Math.Min(parsed.GetValue(top), loaded.Classes.Count);
            using LabelFile? written = await labels.CreateFileAsync(parsed, count, rule);
            var labeller = new PhotoLabeller(rule, folder, written);
            try
            {
                return await PrintAsync(
                    terminal,
                    parsed.GetValue(json),
                    labeller.LabelAsync(loaded.PredictAsync(pictures, count, cancellationToken, photos)),
                    terminal.IsQuiet && written is not null,
                    parsed.GetValue(strict));
            }
            finally
            {
                // After Ctrl+C too: what is done is kept.
                await (written?.CommitAsync() ?? Task.CompletedTask);
                if (parsed.GetValue(verbose))
                {
                    WriteTimes(terminal, labeller.Count, loading, terminal.Time.GetElapsedTime(begin));
                }
            }
        });
        return command;
    }

    private static Task<int> PrintAsync(
        Terminal terminal, bool json, IAsyncEnumerable<PhotoOutcome<PhotoLabel>> photos, bool isSilent, bool isStrict) => isSilent
            ? PhotoPrinter.PrintAsync(terminal, json: false, photos, (_, _) => { }, isStrict)
            : PredictionPrinter.PrintAsync(terminal, json, photos, score => new LabelScore(score.Label, score.Score), isStrict);

    private static void WriteTimes(Terminal terminal, long count, TimeSpan loading, TimeSpan naming) =>
        terminal.Warn(string.Create(
            CultureInfo.InvariantCulture,
            $"The model was loaded in {loading.TotalSeconds:F1} s; {count} photos took {naming.TotalSeconds:F1} s, "
            + $"{(naming > TimeSpan.Zero ? count / naming.TotalSeconds : 0):F1} a second."));
}
