using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Engines;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;
using MLNet.MobileNetV2.Onnx;
using MLNet.MobileNetV2.OnnxSchema;

namespace MLNet.MobileNetV2.Benchmarks;

/// <summary>
/// Features of a folder of images, against ML.NET's own chain with the same network: LoadImages, ResizeImages, ExtractPixels,
/// ApplyOnnxModel. The folder is flowers-dev in MOBILENETV2_TEST_DATA; the weights are the embedded ones.
/// </summary>
[SimpleJob(RunStrategy.Monitoring, launchCount: 1, warmupCount: 2, iterationCount: 10)]
public class FeaturizerBenchmarks
{
    private readonly MLContext _mlContext = new(seed: 1);
    private IDataView _photos = null!;
    private string _graphPath = null!;
    private MobileNetV2FeaturizerTransformer _featurizer = null!;
    private ITransformer _stock = null!;

    [GlobalSetup]
    public void Create()
    {
        string data = Environment.GetEnvironmentVariable("MOBILENETV2_TEST_DATA")
            ?? throw new InvalidOperationException("Set MOBILENETV2_TEST_DATA to the folder with the image sets.");
        _photos = _mlContext.Data.LoadFromImageFolder(Path.Combine(data, "flowers-dev"));
        _featurizer = _mlContext.Transforms.FeaturizeImageWithMobileNetV2("Features", "ImagePath", WeightsSource.Embedded).Fit(
            _photos);
        _graphPath = Path.Combine(Path.GetTempPath(), $"mobilenetv2-benchmark-{Guid.NewGuid():N}.onnx");
        File.WriteAllBytes(_graphPath, InferenceGraph.Write(_featurizer.Weights, InferenceGraphOutputs.Features));
        _stock = _mlContext.Transforms.LoadImages("Image", null, "ImagePath")
            .Append(_mlContext.Transforms.ResizeImages("Image", 224, 224, resizing: ImageResizingEstimator.ResizingKind.IsoCrop))
            .Append(_mlContext.Transforms.ExtractPixels(ModelTensors.Pixels, "Image"))
            .Append(_mlContext.Transforms.ApplyOnnxModel(ModelTensors.Features, ModelTensors.Pixels, _graphPath))
            .Fit(_photos);
    }

    [Benchmark(Baseline = true)]
    public int StockChain() => _stock.Transform(_photos).GetColumn<float[]>(ModelTensors.Features).Count();

    [Benchmark]
    public int FeaturizeImageWithMobileNetV2() => _featurizer.Transform(_photos).GetColumn<float[]>("Features").Count();

    [GlobalCleanup]
    public void Dispose()
    {
        _featurizer.Dispose();
        (_stock as IDisposable)?.Dispose();
        File.Delete(_graphPath);
    }
}
