using System.Diagnostics;
using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;
using MLNet.MobileNetV2.Onnx;

namespace MLNet.MobileNetV2.Benchmarks;

/// <summary>
/// Throughput of featurizing a folder of images against ML.NET's own chain with the same graph, and against the bound: as many images a
/// second as the cores can prepare and infer with nothing in between. All three take turns in one process.
/// </summary>
internal static class ThroughputReport
{
    public static int Run(string folder, JpegDecoding decoding, int rounds)
    {
        var mlContext = new MLContext(seed: 1);
        string[] files = [.. Directory.EnumerateFiles(folder, "*.jpg", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];
        IDataView photos = mlContext.Data.LoadFromEnumerable(files.Select(path => new Photo { ImagePath = path }));
        MobileNetV2Weights weights = new WeightsStore().Load(WeightsSource.Embedded).Weights;
        weights = weights.WithPreprocessing(weights.Preprocessing with { JpegDecoding = decoding });
        string graphPath = Path.Combine(Path.GetTempPath(), $"mobilenetv2-benchmark-{Guid.NewGuid():N}.onnx");
        weights.SaveOnnx(graphPath);
        try
        {
            using MobileNetV2FeaturizerTransformer featurizer = mlContext.Transforms
                .FeaturizeImageWithMobileNetV2("Features", "ImagePath", WeightsSource.From(weights)).Fit(photos);
            ITransformer stock = Stock(mlContext, graphPath).Fit(photos);
            using var network = new PictureNetwork(weights, InferenceGraphOutputs.Features, FeatureTap.Features, new(1));
            Report(files, rounds, network, () => Count(stock, photos, "features"), () => Count(featurizer, photos, "Features"));
            (stock as IDisposable)?.Dispose();
        }
        finally
        {
            File.Delete(graphPath);
        }

        return 0;
    }

    private static void Report(string[] files, int rounds, PictureNetwork network, Func<int> stock, Func<int> own)
    {
        stock();
        own();
        Bound(files, network);
        var speedups = new List<double>();
        var shares = new List<double>();
        for (int round = 0; round < rounds; round++)
        {
            double stockTime = Seconds(stock);
            double ownTime = Seconds(own);
            double boundTime = Bound(files, network);
            speedups.Add(stockTime / ownTime);
            shares.Add(boundTime / ownTime);
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"round {round + 1}: stock {stockTime * 1000 / files.Length:F2} ms an image, own {ownTime * 1000 / files.Length:F2}, "
                    + $"bound {boundTime * 1000 / files.Length:F2}"));
        }

        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{files.Length} images, {Environment.ProcessorCount} cores, median of {rounds}: {Median(speedups):F2} times the stock "
                + $"chain, {Median(shares):P0} of the bound"));
    }

    private static EstimatorChain<ITransformer> Stock(MLContext mlContext, string graphPath) => new EstimatorChain<ITransformer>()
        .Append(mlContext.Transforms.LoadImages("Image", null, "ImagePath"))
        .Append(mlContext.Transforms.ResizeImages("Image", 224, 224, resizing: ImageResizingEstimator.ResizingKind.IsoCrop))
        .Append(mlContext.Transforms.ExtractPixels("pixels", "Image"))
        .Append<ITransformer>(mlContext.Transforms.ApplyOnnxModel("features", "pixels", graphPath));

    private static int Count(ITransformer transformer, IDataView photos, string column) =>
        transformer.Transform(photos).GetColumn<float[]>(column).Count();

    /// <summary>Time of all images if every core did nothing but prepare and infer, the stages measured with every core at them.</summary>
    private static double Bound(string[] files, PictureNetwork network)
    {
        int cores = Environment.ProcessorCount;
        float[][] inputs = [.. Enumerable.Range(0, cores).Select(_ => new float[network.InputLength])];
        double prepare = OnAllCores(cores, files.Length, (core, file) => network.Preprocessor.FromFile(files[file], inputs[core]));
        float[][] outputs = [.. Enumerable.Range(0, cores).Select(_ => new float[network.OutputLength])];
        double infer = OnAllCores(cores, files.Length, (core, _) => network.Run(inputs[core], 1, outputs[core]));
        return prepare + infer;
    }

    private static double OnAllCores(int cores, int count, Action<int, int> work)
    {
        int next = -1;
        return Seconds(() =>
        {
            Thread[] threads = [.. Enumerable.Range(0, cores).Select(core => new Thread(() =>
            {
                for (int item = Interlocked.Increment(ref next); item < count; item = Interlocked.Increment(ref next))
                {
                    work(core, item);
                }
            }))];
            Array.ForEach(threads, thread => thread.Start());
            Array.ForEach(threads, thread => thread.Join());
            return count;
        });
    }

    private static double Seconds(Func<int> work)
    {
        var watch = Stopwatch.StartNew();
        work();
        return watch.Elapsed.TotalSeconds;
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);

    private sealed class Photo
    {
        public string ImagePath { get; set; } = string.Empty;
    }
}
