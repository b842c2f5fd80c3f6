using System.Diagnostics;
using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.OnnxRuntime;
using MLNet.MobileNetV2.Classification.Export;
using MLNet.MobileNetV2.Images;
using MLNet.MobileNetV2.OnnxSchema;

namespace MLNet.MobileNetV2.Benchmarks;

/// <summary>
/// The time of one image at a time, on one thread: with a predictor, with bare decoding and a bare run of ONNX Runtime, and with ML.NET's
/// prediction engines. All take turns image by image.
/// </summary>
internal static class LatencyReport
{
    private const int Rounds = 7;

    public static void Run(MLContext mlContext, ITransformer model, string modelPath, string[] files)
    {
        using MobileNetV2Predictor predictor = MobileNetV2Predictor.Load(modelPath);
        using var session = new InferenceSession(OnnxModelExport.Write(model).Bytes, new SessionOptions { IntraOpNumThreads = 1 });
        using var runOptions = new RunOptions();
        var preprocessor = new ImagePreprocessor(new());
        byte[] rgba = new byte[preprocessor.ByteCount];
        float[] pixels = new float[rgba.Length / 4 * 3];
        using OrtValue input = OrtValue.CreateTensorValueFromMemory(pixels, [1, 3, 224, 224]);
        var keepModel = new PredictionEngineOptions { OwnsTransformer = false };
        using PredictionEngine<Photo, Score> inProcess = mlContext.Model.CreatePredictionEngine<Photo, Score>(model, keepModel);
        using PredictionEngine<Photo, Score> loaded = mlContext.Model.CreatePredictionEngine<Photo, Score>(
            mlContext.Model.Load(modelPath, out _));
        Action<string>[] ways =
        [
            path =>
            {
                preprocessor.FromFile(path, rgba);
                PixelTensor.Fill(rgba, pixels, ImageChannelOrder.Rgb);
            },
            _ => session.Run(runOptions, [ModelTensors.Pixels], [input], [ModelTensors.Probabilities]).Dispose(),
            path => predictor.Predict(path),
            path => inProcess.Predict(new Photo { ImagePath = path }),
            path => loaded.Predict(new Photo { ImagePath = path }),
        ];
        Measure(ways, files);
        var rounds = new List<double[]>();
        for (int round = 0; round < Rounds; round++)
        {
            rounds.Add(Measure(ways, files));
        }

        double[] ms = [.. Enumerable.Range(0, ways.Length).Select(way => Median(rounds.Select(round => round[way])))];
        double ratio = Median(rounds.Select(round => round[2] / (round[0] + round[1])));
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{files.Length} images, one at a time, medians: decode and resize {ms[0]:F2} ms + run {ms[1]:F2} ms; predictor {ms[2]:F2} "
                + $"ms, ratio {ratio:F3}"));
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"prediction engine in process {ms[3]:F2} ms, of a loaded model (its runs use every core) "
                + $"{ms[4]:F2} ms"));
    }

    // The median of the images for each way.
    private static double[] Measure(Action<string>[] ways, string[] files)
    {
        var times = new double[ways.Length][];
        Array.ForEach(Enumerable.Range(0, ways.Length).ToArray(), way => times[way] = new double[files.Length]);
        for (int file = 0; file < files.Length; file++)
        {
            for (int way = 0; way < ways.Length; way++)
            {
                long start = Stopwatch.GetTimestamp();
                ways[way](files[file]);
                times[way][file] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
            }
        }

        return [.. times.Select(values => Median(values))];
    }

    private static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted[sorted.Length / 2];
    }

    private sealed class Photo
    {
        public string ImagePath { get; set; } = string.Empty;
    }

    private sealed class Score
    {
        [Microsoft.ML.Data.ColumnName("Score")]
        public float[] Values { get; set; } = [];
    }
}
