using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Engines;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Trainers;

namespace MLNet.MobileNetV2.Benchmarks;

/// <summary>
/// Training of the classifier head against ML.NET's LbfgsMaximumEntropy, the same objective and default tolerances; the head ends at the
/// lower
/// objective of the two. Rows are synthetic, like pooled ReLU6 features: 0..6, three in five zero, classes in groups of four relatives.
/// </summary>
[SimpleJob(RunStrategy.Monitoring, launchCount: 1, warmupCount: 1, iterationCount: 5)]
[MemoryDiagnoser]
public class HeadBenchmarks
{
    private const int Columns = 1280;
    private const int Factors = 96;
    private const float L2 = 1;

    private readonly MLContext _mlContext = new(seed: 1);
    private IDataView _data = null!;

    /// <summary>Number of rows and classes.</summary>
    [ParamsSource(nameof(Shapes))]
    public Shape Size { get; set; } = null!;

    public static IEnumerable<Shape> Shapes => [new(320, 8), new(2400, 5), new(5000, 40)];

    [GlobalSetup]
    public void CreateRows()
    {
        var random = new Random(1);
        float[] loadings = Normals(random, Columns * Factors, 1.1 / Math.Sqrt(Factors));
        float[] offsets = Normals(random, Columns, 0.7);
        float[][] groups = [.. Enumerable.Range(0, (Size.Classes + 3) / 4).Select(_ => Normals(random, Factors, 0.44))];
        float[][] classes =
            [
                .. Enumerable.Range(0, Size.Classes).Select(
                    c => (float[])[.. Normals(random, Factors, 0.33).Zip(groups[c / 4], (own, shared) => own + shared)]),
            ];
        var rows = new Row[Size.Rows];
        for (int i = 0; i < rows.Length; i++)
        {
            int label = i % Size.Classes;
            float[] factors = [.. Normals(random, Factors, 1).Zip(classes[label], (noise, mean) => noise + mean)];
            float[] features = Normals(random, Columns, 0.35);
            for (int j = 0; j < Columns; j++)
            {
                float input = features[j] + offsets[j] - 0.9f;
                for (int k = 0; k < Factors; k++)
                {
                    input += loadings[(j * Factors) + k] * factors[k];
                }

                // A smooth ramp: the mean of ReLU6 over the positions of an image.
                double pooled = Math.Log(1 + Math.Exp(3.25 * input)) / 2.5;
                features[j] = pooled < 0.05 ? 0 : (float)Math.Min(pooled, 6);
            }

            rows[i] = new Row { Label = (uint)label, Features = features };
        }

        SchemaDefinition definition = SchemaDefinition.Create(typeof(Row));
        definition["Label"].ColumnType = new KeyDataViewType(typeof(uint), Size.Classes);
        _data = _mlContext.Data.LoadFromEnumerable(rows, definition);
    }

    [Benchmark(Baseline = true)]
    public object LbfgsMaximumEntropy() => _mlContext.MulticlassClassification.Trainers
        .LbfgsMaximumEntropy(new LbfgsMaximumEntropyMulticlassTrainer.Options { L1Regularization = 0, L2Regularization = L2 })
        .Fit(_data);

    [Benchmark]
    public object MobileNetV2Head() => new MobileNetV2HeadTrainer(
        _mlContext.MulticlassClassification.Trainers, new MobileNetV2HeadOptions { L2Regularization = L2 }).Fit(_data);

    private static float[] Normals(Random random, int count, double scale)
    {
        var values = new float[count];
        for (int i = 0; i < count; i++)
        {
            values[i] = (float)(scale * Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()));
        }

        return values;
    }

    /// <summary>Size of a problem.</summary>
    public sealed record Shape(int Rows, int Classes)
    {
        public override string ToString() => $"{Rows} x {Columns}, {Classes} classes";
    }

    private sealed class Row
    {
        public uint Label { get; set; }

        [VectorType(Columns)]
        public float[] Features { get; set; } = [];
    }
}
