using System.Diagnostics;
using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.MobileNetV2.Benchmarks;

/// <summary>
/// What the feature cache saves: featurizing many images without it, while it is filled, and from it, by either key; then the whole
/// <c>train</c> command without it and from it. Images of a folder are copied, each with bytes of its own at its end, until they are
/// enough.
/// </summary>
internal static class CacheReport
{
    /// <summary>Runs the report.</summary>
    /// <param name="folder">A folder with one sub-folder of images per class.</param>
    /// <param name="command">The assembly of the command line.</param>
    /// <param name="photoCount">How many images to make.</param>
    public static int Run(string folder, string command, int photoCount)
    {
        string root = Directory.CreateTempSubdirectory("mobilenetv2-benchmark-").FullName;
        try
        {
            string photos = Path.Combine(root, "photos");
            string[] files = Copy(folder, photos, photoCount);
            MobileNetV2Weights weights = new WeightsStore().Load(WeightsSource.Auto).Weights;
            var options = new MobileNetV2FeaturizerOptions { Weights = WeightsSource.From(weights) };
            double without = Enumerable.Range(0, 3).Min(_ => Featurize(files, options));
            Report("featurizing without a cache, the fastest of three", without, files.Length, without);
            foreach (FeatureCacheKey key in Enum.GetValues<FeatureCacheKey>())
            {
                string cache = Path.Combine(root, key.ToString());
                Report($"featurizing, filling a cache by {key}", FeaturizeCached(files, weights, key, cache), files.Length, without);
                Report(
                    $"featurizing from a cache by {key}", Median(() => FeaturizeCached(files, weights, key, cache)), files.Length, without);
            }

            string contents = Path.Combine(root, nameof(FeatureCacheKey.Content));
            double trained = Enumerable.Range(0, 2).Min(_ => Train(command, photos, root));
            Report("train, the whole command, without a cache, the faster of two", trained, files.Length, trained);
            Report(
                "train, the whole command, from a cache",
                Median(() => Train(command, photos, root, "--cache", contents)),
                files.Length,
                trained);
        }
        finally
        {
            Directory.Delete(root, recursive: true);
        }

        return 0;
    }

    private static string[] Copy(string folder, string target, int count)
    {
        string[] sources = [.. Directory.EnumerateFiles(folder, "*.jpg", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];
        return [.. Enumerable.Range(0, count).Select(number =>
        {
            string source = sources[number % sources.Length];
            string label = Path.Combine(target, Path.GetFileName(Path.GetDirectoryName(source))!);
            Directory.CreateDirectory(label);
            string path = Path.Combine(label, string.Create(CultureInfo.InvariantCulture, $"{number:D6}.jpg"));
            File.WriteAllBytes(path, [.. File.ReadAllBytes(source), .. BitConverter.GetBytes(number)]);
            return path;
        })];
    }

    private static double Featurize(string[] files, MobileNetV2FeaturizerOptions options)
    {
        var mlContext = new MLContext(seed: 1);
        IDataView photos = mlContext.Data.LoadFromEnumerable(files.Select(path => new Photo { ImagePath = path }));
        var watch = Stopwatch.StartNew();
        using MobileNetV2FeaturizerTransformer featurizer = mlContext.Transforms.FeaturizeImageWithMobileNetV2(options).Fit(photos);
        int count = featurizer.Transform(photos).GetColumn<float[]>("Features").Count();
        return count == files.Length ? watch.Elapsed.TotalSeconds : throw new InvalidOperationException(
            $"{count} of {files.Length} rows came out.");
    }

    private static double FeaturizeCached(string[] files, MobileNetV2Weights weights, FeatureCacheKey key, string folder)
    {
        var watch = Stopwatch.StartNew();
        using var cache = new SqliteFeatureCache(folder);
        Featurize(files, new MobileNetV2FeaturizerOptions { Weights = WeightsSource.From(weights), Cache = cache, CacheKey = key });
        return watch.Elapsed.TotalSeconds;
    }

    private static double Train(string command, string photos, string root, params string[] options)
    {
        var watch = Stopwatch.StartNew();
        using Process process = Process.Start(
            "dotnet", [command, "train", photos, "-o", Path.Combine(root, "model.zip"), "--json", .. options]);
        process.WaitForExit();
        return process.ExitCode == 0 ? watch.Elapsed.TotalSeconds : throw new InvalidOperationException(
            $"'train' ended with {process.ExitCode}.");
    }

    private static double Median(Func<double> run) => Enumerable.Range(0, 3).Select(_ => run()).Order().ElementAt(1);

    private static void Report(string what, double seconds, int count, double without) => Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture, $"{what}: {seconds:F2} s for {count} images, {seconds * 1000 / count:F3} ms an image, "
            + $"{without / seconds:F1} times"));

    private sealed class Photo
    {
        public string ImagePath { get; set; } = string.Empty;
    }
}
