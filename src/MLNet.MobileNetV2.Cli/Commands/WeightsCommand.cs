using System.CommandLine;
using System.Globalization;
using MLNet.MobileNetV2.Cli.Failures;
using MLNet.MobileNetV2.Cli.Inputs;
using MLNet.MobileNetV2.Cli.Output;
using MLNet.MobileNetV2.Machine;
using MLNet.MobileNetV2.Pretrained;

namespace MLNet.MobileNetV2.Cli.Commands;

/// <summary>
/// <c>weights list | path | download | import</c>: which weights exist, where they are, downloading them, and converting them.
/// </summary>
internal static class WeightsCommand
{
    public static Command Create(Terminal terminal)
    {
        var list = new Command("list", "Lists the pretrained weights.");
        list.SetAction(_ => List(terminal));

        Argument<string> pathName = Name();
        var path = new Command("path", "Prints the path of weights that are on this machine.") { pathName };
        path.SetAction(parsed => PrintPath(terminal, parsed.GetRequiredValue(pathName)));

        Argument<string> downloadName = Name();
        var download = new Command("download", "Downloads weights to the cache folder and prints their path.") { downloadName };
        download.SetAction((parsed, cancellationToken) =>
            DownloadAsync(terminal, parsed.GetRequiredValue(downloadName), cancellationToken));

        return new Command("weights", "Lists, finds, downloads and converts pretrained weights.")
        {
            list, path, download, WeightsImportCommand.Create(terminal),
        };
    }

    private static Argument<string> Name()
    {
        Argument<string> name = new("name") { Description = string.Join(", ", Names()) };
        name.Validators.Add(result =>
        {
            string value = result.Tokens[0].Value;
            if (!Names().Contains(value, StringComparer.OrdinalIgnoreCase))
            {
                result.AddError($"The weights '{value}' are not known; {string.Join(", ", Names())} are.");
            }
        });
        return name;
    }

    // Those for features and classes first, then those for segmentation.
    private static IEnumerable<Entry> Entries() =>
    [
        .. PretrainedModels.All.Select(model => new Entry(model.Name, model.WeightsFile, model.License, model.Source)),
        .. PretrainedSegmenter.All.Select(model => new Entry(model.Name, model.WeightsFile, model.License, model.Source)),
    ];

    private static IEnumerable<string> Names() => Entries().Select(model => model.Name);

    private static Entry Model(string name) => Entries().First(model => model.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

    private static RemoteFile RequiredFile(Entry model) => model.WeightsFile
        ?? throw new CommandFailedException($"The weights '{model.Name}' are embedded in the library: there is no file, "
            + "and none is needed.");

    private static int List(Terminal terminal)
    {
        WeightsStore store = WeightsChoice.OpenStore();
        foreach (Entry model in Entries())
        {
            terminal.Output.WriteLine(model.Name);
            terminal.Output.WriteLine($"  where    {Where(store, model)}");
            terminal.Output.WriteLine($"  bytes    {model.WeightsFile?.Length.ToString("N0", CultureInfo.InvariantCulture) ?? "-"}");
            terminal.Output.WriteLine($"  licence  {model.License}");
            terminal.Output.WriteLine($"  source   {model.Source}");
        }

        return ExitCode.Done;
    }

    private static string Where(WeightsStore store, Entry model)
    {
        try
        {
            return model.WeightsFile is { } file ? store.Find(file) ?? "not downloaded" : "embedded";
        }
        catch (WeightsFormatException error)
        {
            return error.Message;
        }
    }

    private static int PrintPath(Terminal terminal, string name)
    {
        Entry model = Model(name);
        string path = WeightsChoice.OpenStore().Find(RequiredFile(model)) ?? throw new CommandFailedException(
            $"The weights '{model.Name}' are not on this machine; get them with 'mobilenetv2 weights download {model.Name}'.");
        terminal.Output.WriteLine(path);
        return ExitCode.Done;
    }

    private static async Task<int> DownloadAsync(Terminal terminal, string name, CancellationToken cancellationToken)
    {
        Entry model = Model(name);
        RemoteFile file = RequiredFile(model);
        WeightsStore store = WeightsChoice.OpenStore();
        string path = await ProgressBar.RunAsync(
            terminal,
            $"downloading {file.FileName}",
            file.Length,
            report => store.GetAsync(
                file, new DirectProgress<DownloadProgress>(progress => report(progress.BytesReceived)), cancellationToken));
        terminal.Output.WriteLine(path);
        return ExitCode.Done;
    }

    /// <summary>Weights of a catalog; the file is null for those that are embedded.</summary>
    private sealed record Entry(string Name, RemoteFile? WeightsFile, string License, string Source);
}
