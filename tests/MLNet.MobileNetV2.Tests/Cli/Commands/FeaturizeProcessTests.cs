using Microsoft.Data.Sqlite;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.MobileNetV2.Tests.Support;

namespace MLNet.MobileNetV2.Tests.Cli.Commands;

/// <summary>Several real processes, some of them killed, make what one makes.</summary>
[Trait("Category", "Slow")]
public sealed class FeaturizeProcessTests : IDisposable
{
    private readonly CliProcess _process = new();
    private readonly SampleFolder _photos = new(12, "animal", "food", "vehicle");
    private readonly TempFolder _out = new();

    public void Dispose()
    {
        _process.Dispose();
        _photos.Dispose();
        _out.Dispose();
    }

    [Fact]
    public async Task FourShards_OneKilledAndRunAgain_GiveTheFeaturesAndTheHeadOfOneProcess()
    {
        // So many that a shard is under way when it is killed.
        foreach (string file in Directory.GetFiles(_photos.PathOf("animal")))
        {
            for (int copy = 0; copy < 20; copy++)
            {
                File.Copy(file, Path.ChangeExtension(file, $"{copy}.webp"));
            }
        }

        Directory.CreateDirectory(_out.File("parts"));
        string one = _out.File("one.parquet");
        string parts = _out.File("parts/{shard}.parquet");
        Assert.Equal(0, (await FeaturizeAsync(one)).ExitCode);
        await KilledRun.RunAsync(
            _process, () => HasBegun("1-of-4"), "featurize", _photos.Path, "-o", parts, "--weights", "embedded", "--shard", "1/4");
        Assert.Matches(@"^\.1-of-4\.parquet\.[0-9a-f]{32}\.tmp$", Assert.Single(Names("parts")));

        CliRun[] runs = await Task.WhenAll(Enumerable.Range(1, 4).Select(shard => FeaturizeAsync(parts, "--shard", $"{shard}/4")));

        Assert.All(runs, run => Assert.Equal((0, string.Empty), (run.ExitCode, run.Error)));
        Assert.Equal(["1-of-4.parquet", "2-of-4.parquet", "3-of-4.parquet", "4-of-4.parquet"], Names("parts"));
        Assert.Equal(Column<string>(one, "ImagePath"), Column<string>(_out.File("parts"), "ImagePath"));
        Assert.Equal(Column<string>(one, "Label"), Column<string>(_out.File("parts"), "Label"));
        Assert.InRange(Photos.MaxDifference(Column<float[]>(one, "Features"), Column<float[]>(_out.File("parts"), "Features")), 0, 1e-6);

        CliRun first = await _process.RunAsync("train", "--features", one, "-o", _out.File("1.zip"), "--validation", "0.2", "--json");
        CliRun second = await _process.RunAsync(
            "train", "--features", _out.File("parts/*.parquet"), "-o", _out.File("2.zip"), "--validation", "0.2", "--json");
        Assert.Equal((0, 0), (first.ExitCode, second.ExitCode));
        Assert.Equal(first.Json.GetProperty("validationAccuracy").GetDouble(), second.Json.GetProperty("validationAccuracy").GetDouble());
        Assert.InRange(Photos.MaxDifference(Scores(_out.File("1.zip"), one), Scores(_out.File("2.zip"), one)), 0, 1e-6);
    }

    [Fact]
    public async Task AClustersVariables_ChooseTheShard()
    {
        _process.Environment["JOB_COMPLETION_INDEX"] = "1";
        _process.Environment["MOBILENETV2_SHARD_COUNT"] = "3";
        Assert.Equal(
            "2-of-3", (await FeaturizeAsync(_out.File("{shard}.parquet"), "--shard", "auto")).Json.GetProperty("shard").GetString());
        _process.Environment["JOB_COMPLETION_INDEX"] = null;
        _process.Environment["MOBILENETV2_SHARD_COUNT"] = null;
        _process.Environment["SLURM_ARRAY_TASK_ID"] = "4";
        _process.Environment["SLURM_ARRAY_TASK_MIN"] = "1";
        _process.Environment["SLURM_ARRAY_TASK_COUNT"] = "4";
        Assert.Equal(
            "4-of-4", (await FeaturizeAsync(_out.File("{shard}.parquet"), "--shard", "auto")).Json.GetProperty("shard").GetString());
    }

    [Fact]
    public async Task AProcessThatIsKilledWhileItFillsTheCache_LosesOnlyWhatItHadNotWritten()
    {
        string[] sources = [.. Directory.GetFiles(_photos.PathOf("animal"))];
        for (int copy = 0; copy < 800; copy++)
        {
            File.WriteAllBytes(
                _photos.PathOf($"animal/copy-{copy}.webp"),
                [.. File.ReadAllBytes(sources[copy % sources.Length]), (byte)copy, (byte)(copy >> 8)]);
        }

        string cache = _out.File("cache");
        await KilledRun.RunAsync(
            _process,
            () => Rows(cache) >= 512,
            "featurize",
            _photos.Path,
            "-o",
            _out.File("a.parquet"),
            "--weights",
            "embedded",
            "--cache",
            cache);
        long rows = Rows(cache);

        CliRun rerun = await FeaturizeAsync(_out.File("a.parquet"), "--cache", cache);
        CliRun without = await FeaturizeAsync(_out.File("b.parquet"));

        Assert.Equal((0, 836), (rerun.ExitCode, rerun.Json.GetProperty("images").GetInt32()));
        Assert.InRange(rerun.Json.GetProperty("fromCache").GetInt32(), (int)rows, 835);
        Assert.Equal(0, without.ExitCode);
        Assert.InRange(
            Photos.MaxDifference(Column<float[]>(_out.File("b.parquet"), "Features"), Column<float[]>(_out.File("a.parquet"), "Features")),
            0,
            1e-6);
    }

    [Fact]
    public async Task TwoProcesses_OnOneCache_BothGiveTheirFeatures()
    {
        string cache = _out.File("cache");

        CliRun[] runs = await Task.WhenAll(
            Enumerable.Range(0, 2).Select(number => FeaturizeAsync(_out.File($"{number}.parquet"), "--cache", cache)));
        CliRun after = await FeaturizeAsync(_out.File("2.parquet"), "--cache", cache);

        Assert.All(runs, run => Assert.Equal((0, string.Empty, 36), (run.ExitCode, run.Error, run.Json.GetProperty("images").GetInt32())));
        Assert.Equal(36, after.Json.GetProperty("fromCache").GetInt32());
        float[][] features = Column<float[]>(_out.File("2.parquet"), "Features");
        Assert.All(
            ["0.parquet", "1.parquet"],
            name => Assert.InRange(Photos.MaxDifference(features, Column<float[]>(_out.File(name), "Features")), 0, 1e-6));
    }

    private Task<CliRun> FeaturizeAsync(string output, params string[] options) =>
        _process.RunAsync(["featurize", _photos.Path, "-o", output, "--weights", "embedded", "--json", .. options]);

    // An empty one may be the command's question whether the folder can be written to, gone at once.
    private bool HasBegun(string shard) => new DirectoryInfo(_out.File("parts")).GetFiles($".{shard}.parquet.*.tmp")
        .Any(file => file.Exists && file.Length > 0);

    private string[] Names(string folder) =>
        [.. Directory.GetFiles(_out.File(folder)).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];

    private static long Rows(string cache)
    {
        string path = Path.Combine(cache, "features.v1.sqlite");
        if (!File.Exists(path))
        {
            return 0;
        }

        using var connection = new SqliteConnection($"Data Source={path};Mode=ReadOnly;Pooling=False");
        connection.Open();
        using SqliteCommand count = connection.CreateCommand();
        count.CommandText = "SELECT max(id) FROM features";
        try
        {
            return count.ExecuteScalar() as long? ?? 0;
        }
        catch (SqliteException)
        {
            // There is no table yet.
            return 0;
        }
    }

    private static T[] Column<T>(string path, string column) => [.. new MLContext().Data.LoadFromFeatureFiles(path).GetColumn<T>(column)];

    /// <summary>What a saved model's head gives for the features of a file.</summary>
    private static float[][] Scores(string model, string features)
    {
        var mlContext = new MLContext();
        var chain = (IEnumerable<ITransformer>)mlContext.LoadModel(model);
        ITransformer head = chain.Single(part => part is ISingleFeaturePredictionTransformer<object>);
        float[][] scores = [.. head.Transform(mlContext.Data.LoadFromFeatureFiles(features)).GetColumn<float[]>("Score")];
        (chain as IDisposable)?.Dispose();
        return scores;
    }
}
