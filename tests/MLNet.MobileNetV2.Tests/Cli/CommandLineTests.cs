namespace MLNet.MobileNetV2.Tests.Cli;

public sealed class CommandLineTests
{
    [Theory]
    [InlineData("fly", "Unrecognized command or argument 'fly'.", "")]
    [InlineData("train", "A folder of images or --features is needed.", "train ")]
    [InlineData("featurize", "Required argument 'folder|list.txt' missing", "featurize ")]
    [InlineData("featurize images", "Option '--output' is required.", "featurize ")]
    [InlineData("train images", "Option '--output' is required.", "train ")]
    [InlineData("train images more --output m.zip", "Unrecognized command or argument 'more'.", "train ")]
    [InlineData("train images --output", "'--output'", "train ")]
    [InlineData("train images --output a.zip --output b.zip", "Option '--output' expects a single argument", "train ")]
    [InlineData("train images --output m.zip --fast", "Unrecognized command or argument '--fast'.", "train ")]
    [InlineData("train --fast --output m.zip", "'--fast' is neither an option of this command nor a file.", "train ")]
    [InlineData("train images --output m.zip --seed 1.5", "--seed is '1.5'; a whole number", "train ")]
    [InlineData("train images --output m.zip --weights resnet", "'resnet' are not known; auto, embedded, imagenet", "train ")]
    [InlineData("train images --output m.zip --validation 0", "--validation is '0';", "train ")]
    [InlineData("train images --output m.zip --validation 1", "--validation is '1';", "train ")]
    [InlineData("train images --output m.zip --validation -0.2", "--validation is '-0.2';", "train ")]
    [InlineData("train images --output m.zip --validation NaN", "--validation is 'NaN';", "train ")]
    [InlineData("train images --output m.zip --validation 20%", "--validation is '20%'; an existing folder, or a fraction "
        + "between 0 and 1", "train ")]
    [InlineData("evaluate", "A model and a folder of images are needed.", "evaluate ")]
    [InlineData("evaluate m.zip", "A folder of images is needed after the model; or --folds", "evaluate ")]
    [InlineData("evaluate --folds 3", "A folder of images is needed.", "evaluate ")]
    [InlineData("evaluate m.zip images --folds 3", "--folds trains heads of its own: a folder is needed, and no model.", "evaluate ")]
    [InlineData("evaluate images --folds 1", "--folds is '1'; a whole number from 2 up is needed.", "evaluate ")]
    [InlineData("evaluate m.zip images --seed 3", "--seed can only be used with --folds.", "evaluate ")]
    [InlineData("evaluate m.zip images --weights embedded", "--weights can only be used with --folds.", "evaluate ")]
    [InlineData("evaluate m.zip images --cache x", "--cache can only be used with --folds.", "evaluate ")]
    [InlineData("evaluate m.zip images --group-by folder", "The grouping 'folder' is not known", "evaluate ")]
    [InlineData("check", "A folder of images is needed, or --apply or --undo with a plan.", "check ")]
    [InlineData("check images --apply fixes.json", "--apply takes its folder from the plan; none is needed.", "check ")]
    [InlineData("check --apply a.json --undo a.json", "--apply and --undo exclude each other.", "check ")]
    [InlineData("check --undo a.json --against other", "--against cannot be used with --undo.", "check ")]
    [InlineData("train images --output m.zip --l2 much", "--l2 is 'much'; a finite number of at least 0, or auto, is needed.", "train ")]
    [InlineData(
        "train images --output m.zip --no-calibration --fine-tune 3",
        "--no-calibration is for the head alone: it cannot be used with --fine-tune.",
        "train ")]
    [InlineData("evaluate m.zip images --l2 1", "--l2 can only be used with --folds.", "evaluate ")]
    [InlineData("compare m.zip n.zip", "Required argument 'folder' missing", "compare ")]
    [InlineData("evaluate m.zip images --top 3", "Unrecognized command or argument '--top'.", "evaluate ")]
    [InlineData("predict", "Required argument 'model.zip' missing", "predict ")]
    [InlineData("predict m.zip", "Required argument 'file|folder' missing", "predict ")]
    [InlineData("predcit m.zip a.jpg", "Unrecognized command or argument 'predcit'. Did you mean 'predict'?", "")]
    [InlineData("wieghts list", "Unrecognized command or argument 'wieghts'. Did you mean 'weights'?", "")]
    [InlineData("train images --ouput m.zip", "Unrecognized command or argument '--ouput'. Did you mean '--output'?", "train ")]
    [InlineData("train images --output m.zip --wieght embedded", "Unrecognized command or argument '--wieght'. Did you mean "
        + "'--weights'?", "train ")]
    [InlineData("predict m.zip a.jpg --jsn", "'--jsn' is neither an option of this command nor a file. Did you mean '--json'?", "predict ")]
    [InlineData("weights lst", "Unrecognized command or argument 'lst'. Did you mean 'list'?", "weights ")]
    [InlineData("predict m.zip a.jpg --top 0", "--top is '0'; a whole number from 1 up is needed.", "predict ")]
    [InlineData("predict m.zip a.jpg --top many", "--top is 'many'; a whole number from 1 up is needed.", "predict ")]
    [InlineData("predict m.zip a.jpg --top 99999999999", "--top is '99999999999'; a whole number from 1 up is needed.", "predict ")]
    [InlineData("predict m.zip a.jpg --weights embedded", "'--weights' is neither an option of this command nor a file.", "predict ")]
    [InlineData("classify", "Required argument 'file|folder' missing", "classify ")]
    [InlineData("classify a.jpg --weights resnet", "The weights 'resnet' are not known;", "classify ")]
    [InlineData("classify a.jpg --top -1", "--top is '-1'; a whole number from 1 up is needed.", "classify ")]
    [InlineData("weights list imagenet", "Unrecognized command or argument 'imagenet'.", "weights list ")]
    [InlineData("weights path", "Required argument 'name' missing", "weights path ")]
    [InlineData(
        "weights path resnet",
        "The weights 'resnet' are not known; embedded, imagenet, imagenet-keras, birds, insects, voc, voc-0.5 are.",
        "weights path ")]
    [InlineData("weights download", "Required argument 'name' missing", "weights download ")]
    [InlineData(
        "weights download auto",
        "The weights 'auto' are not known; embedded, imagenet, imagenet-keras, birds, insects, voc, voc-0.5 are.",
        "weights download ")]
    public async Task RunAsync_WithWrongUsage_NamesTheFaultAndWhereHelpIs(string arguments, string fault, string command)
    {
        CliRun run = await CliRun.InProcessAsync(arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries));

        string error = run.AssertFailed(2);
        Assert.Contains(fault, error, StringComparison.Ordinal);
        Assert.EndsWith($"Try 'mobilenetv2 {command}--help'.\n", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RunAsync_WithAMistypedOption_SaysNothingElse() => Assert.Equal(
        "Unrecognized command or argument '--ouput'. Did you mean '--output'?\nTry 'mobilenetv2 train --help'.\n",
        (await CliRun.InProcessAsync("train", "photos", "--ouput", "m.zip")).AssertFailed(2));

    [Theory]
    [InlineData("", "train", "evaluate", "predict")]
    [InlineData("weights", "list", "path <name>", "download <name>")]
    public async Task RunAsync_WithoutACommand_IsWrongUsageAndShowsHelp(string command, params string[] symbols)
    {
        CliRun run = await CliRun.InProcessAsync(command.Split(' ', StringSplitOptions.RemoveEmptyEntries));

        string error = run.AssertFailed(2);
        Assert.All(symbols, symbol => Assert.Contains(symbol, error, StringComparison.Ordinal));
        Assert.DoesNotContain("Required command", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("folder", "train", "", "--output", "m.zip")]
    [InlineData("--output", "train", "photos", "--output", "")]
    [InlineData("--cache", "train", "photos", "--output", "m.zip", "--cache", "")]
    [InlineData("folder|list.txt", "featurize", "", "--output", "f.parquet")]
    [InlineData("--output", "featurize", "photos", "--output", "")]
    [InlineData("model.zip", "evaluate", "", "photos")]
    [InlineData("folder", "evaluate", "m.zip", " ")]
    [InlineData("model.zip", "predict", "", "a.jpg")]
    public async Task RunAsync_WithAnEmptyPath_IsWrongUsage(string symbol, params string[] arguments)
    {
        CliRun run = await CliRun.InProcessAsync(arguments);

        Assert.Contains($"{symbol} is empty; a path is needed.", run.AssertFailed(2), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "train", "evaluate", "predict", "classify", "weights", "Exit codes: 0 done, 1 failed, 2 wrong usage, 130 stopped.")]
    [InlineData(
        "train",
        "<folder>",
        "--output <model.zip> (REQUIRED)",
        "--validation <folder|fraction>",
        "--weights <name|file>",
        "[default: auto]",
        "--seed <n>",
        "[default: 1]",
        "--json")]
    [InlineData("evaluate", "<model.zip>", "<folder>", "--json")]
    [InlineData("predict", "<model.zip>", "<file|folder>...", "--top <k>", "[default: 5]", "--json")]
    [InlineData("classify", "<file|folder>...", "--weights <name|file>", "[default: auto]", "--top <k>", "[default: 5]", "--json")]
    [InlineData("weights", "list", "path <name>", "download <name>")]
    public async Task RunAsync_WithHelp_ListsEverySymbol(string command, params string[] symbols)
    {
        CliRun run = await CliRun.InProcessAsync([.. command.Split(' ', StringSplitOptions.RemoveEmptyEntries), "--help"]);

        Assert.Equal((0, string.Empty), (run.ExitCode, run.Error));
        Assert.All(symbols, symbol => Assert.Contains(symbol, run.Output, StringComparison.Ordinal));
    }

    [Fact]
    public async Task RunAsync_AfterCancellation_SaysSoAndLeavesNothing()
    {
        using var photos = new SampleFolder(2, "animal", "food");
        using var stop = new CancellationTokenSource();
        using var output = new StringWriter();
        using var error = new StringWriter { NewLine = "\n" };
        await stop.CancelAsync();

        int exitCode = await MLNet.MobileNetV2.Cli.CommandLine.RunAsync(
            ["train", photos.Path, "--output", photos.PathOf("model.zip"), "--weights", "embedded"], output, error, stop.Token);

        Assert.Equal((130, string.Empty, "Stopped.\n"), (exitCode, output.ToString(), error.ToString()));
        Assert.Equal(["animal", "food"], Directory.EnumerateFileSystemEntries(photos.Path).Select(Path.GetFileName).Order());
    }
}
