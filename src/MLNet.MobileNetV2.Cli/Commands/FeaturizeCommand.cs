using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using MLNet.MobileNetV2.Cli.Failures;
using MLNet.MobileNetV2.Cli.Featurizing;
using MLNet.MobileNetV2.Cli.Inputs;
using MLNet.MobileNetV2.Cli.Output;
using MLNet.MobileNetV2.Cli.Symbols;
using MLNet.MobileNetV2.Data;
using MLNet.MobileNetV2.Machine;

namespace MLNet.MobileNetV2.Cli.Commands;

/// <summary><c>featurize</c>: the features of images as a Parquet file, or one share of them.</summary>
internal static class FeaturizeCommand
{
    public static Command Create(Terminal terminal)
    {
        Argument<string> pictures = CommonSymbols.Required(new Argument<string>("folder|list.txt")
        {
            Description = "A folder of images, its sub-folders their labels; or a text file with one path a line, and after a tab its "
                + "label, without the spaces around it.",
        });
        Option<string> output = CommonSymbols.Required(new Option<string>("--output", "-o")
        {
            Description = $"The file to write. {Shard.Placeholder} in it becomes the share, for example 2-of-4. "
                + "A finished file is not made again.",
            HelpName = "features.parquet",
        });
        Option<ShardChoice?> shard = new("--shard")
        {
            Description = "The share to take, counted from 1; auto takes it from JOB_COMPLETION_INDEX or SLURM_ARRAY_TASK_ID. Shares are "
                + "runs of neighbours in the sorted list.",
            HelpName = "i/n|auto",
            CustomParser = ShardChoice.Parse,
        };
        Option<int> shardCount = new("--shard-count")
        {
            Description = $"How many shares there are, for --shard auto; else {ShardVariables.CountVariable} or SLURM_ARRAY_TASK_COUNT.",
            HelpName = "n",
            CustomParser = result => CommonSymbols.Integer(result, 1),
        };
        Option<WeightsSource> weights = CommonSymbols.Weights($"auto, {CommonSymbols.CatalogNames}, or a weight file "
            + $"({CommonSymbols.WeightFiles}).");
        var cache = new CacheSymbols();
        Option<bool> force = new("--force") { Description = "Make the file again if it already exists.", Arity = ArgumentArity.Zero };
        Option<bool> json = CommonSymbols.Json();
        var command = new Command("featurize", "Writes the features of images as a Parquet file, for 'train --features' and other tools.")
        {
            pictures, output, shard, shardCount, weights, force, json,
        };
        cache.AddTo(command);
        command.Validators.Add(result =>
        {
            bool isAuto = result.GetResult(shard) is { } given && given.Tokens is [{ Value: ShardChoice.Auto }];
            if (result.GetResult(shardCount) is not null && !isAuto)
            {
                result.AddError("--shard-count can only be used with --shard auto.");
            }
        });
        command.SetAction((parsed, cancellationToken) => RunAsync(
            terminal,
            parsed.GetRequiredValue(pictures),
            parsed.GetRequiredValue(output),
            parsed.GetValue(shard)?.Read(parsed.GetResult(shardCount) is null ? null : parsed.GetValue(shardCount)),
            parsed.GetRequiredValue(weights),
            part => cache.Open(terminal, parsed, name => name.Replace(Shard.Placeholder, part.Name, StringComparison.Ordinal)),
            parsed.GetValue(force),
            parsed.GetValue(json),
            cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(
        Terminal terminal,
        string pictures,
        string output,
        Shard? shard,
        WeightsSource source,
        Func<Shard, SqliteFeatureCache?> openCache,
        bool force,
        bool json,
        CancellationToken cancellationToken)
    {
        var watch = Stopwatch.StartNew();
        Shard part = shard ?? new Shard(0, 1);
        output = output.Replace(Shard.Placeholder, part.Name, StringComparison.Ordinal);
        OutputFile.CheckWritable(output);
        IReadOnlyList<ImageFile> files = PictureList.Read(terminal, pictures, cancellationToken);
        var share = new FeatureShare(part.Index + 1, part.Count, PictureList.Hash(files));
        files = part.Of(files);
        LoadedWeights loaded = await WeightsChoice.LoadAsync(terminal, WeightsChoice.OpenStore(), source, cancellationToken);
        WeightsChoice.WriteFallback(terminal, loaded);
        using SqliteFeatureCache? cache = openCache(part);
        var job = new FeaturizeJob(loaded.Weights, share, cache, cancellationToken);
        long? finished = force ? null : FinishedFile.Count(terminal, output, loaded.Weights, share, files);
        long images = finished
            ?? await ProgressBar.RunAsync(
                terminal,
                "featurizing",
                files.Count,
                progress => Task.Run(() => job.RunAsync(files, output, new DirectProgress<long>(done => progress(done)))));
        terminal.WriteSkipped(job.Skipped);

        var result = new FeaturizeResult(
            output,
            images,
            loaded.Weights.FeatureCount,
            loaded.Model?.Name ?? source.Name,
            shard?.Name,
            finished is not null,
            job.CacheHits,
            Math.Round(watch.Elapsed.TotalSeconds, 3),
            job.Skipped);
        if (json)
        {
            terminal.WriteJson(result);
        }
        else
        {
            string how = result.WasThere ? "was there" : result.FromCache > 0 ? $"{result.FromCache} from the cache" : "featurized";
            await terminal.Output.WriteLineAsync(string.Create(
                CultureInfo.InvariantCulture, $"{images} images ({how}), weights {result.Weights}, {result.Seconds:F1} s -> {output}"));
        }

        return ExitCode.Done;
    }
}
