using System.Text.Json;
using MLNet.MobileNetV2.Onnx;
using MLNet.MobileNetV2.Tests.Support;

namespace MLNet.MobileNetV2.Tests.Onnx;

/// <summary>The real weight files through the product's own reader and graph, against an independent float32 computation.</summary>
public class ReferenceTests
{
    private const double Tolerance = 1e-3;

    [Theory]
    [InlineData("mobilenet_v2_1.0_224_quant.tflite", null)]
    [InlineData("mobilenet_v2_1.0_224_quant.tflite", "safetensors")]
    [InlineData("mobilenet_v2_1.0_224_quant.tflite", "onnx")]
    [InlineData("tf2_mobilenet_v2_1.0_224_ptq.tflite", null)]
    [InlineData("tf2_mobilenet_v2_1.0_224_ptq.tflite", "safetensors")]
    [InlineData("tf2_mobilenet_v2_1.0_224_ptq.tflite", "onnx")]
    public void FeaturesAndLogits_OfARealFileAndOfItsCopyInAnotherFormat_EqualTheReference(string fileName, string? format)
    {
        string folder = TestEnvironment.RequireWeightsFolder();
        string referencePath = Path.Combine(folder, "reference.json");
        Assert.SkipUnless(File.Exists(referencePath), "The weights folder has no reference.json.");
        using JsonDocument reference = JsonDocument.Parse(File.ReadAllBytes(referencePath));
        JsonElement expected = reference.RootElement.GetProperty(fileName);
        MobileNetV2Weights weights = Load(Path.Combine(folder, fileName));
        using var copies = new TempFolder();
        if (format == "safetensors")
        {
            weights.WithBatchNorm(BatchNormForm.Apart).SaveSafetensors(copies.File("copy.safetensors"));
            weights = Load(copies.File("copy.safetensors"));
        }
        else if (format == "onnx")
        {
            weights.SaveOnnx(copies.File("copy.onnx"));
            weights = Load(copies.File("copy.onnx"));
        }

        double features = MaxDifference(
            weights, InferenceGraphOutputs.Features, expected.GetProperty("features"), MobileNetV2Architecture.DefaultFeatureCount);
        double logits = MaxDifference(weights, InferenceGraphOutputs.Logits, expected.GetProperty("logits"), 1001);

        TestContext.Current.TestOutputHelper!.WriteLine(
            $"{fileName} {format}: max abs difference {features:g3} (features), {logits:g3} (logits)");
        Assert.InRange(features, 0, Tolerance);
        Assert.InRange(logits, 0, Tolerance);
    }

    private static MobileNetV2Weights Load(string path) => new WeightsStore(new WeightsStoreOptions())
        .Load(WeightsSource.FromFile(path), null, TestContext.Current.CancellationToken).Weights;

    private static double MaxDifference(MobileNetV2Weights weights, InferenceGraphOutputs output, JsonElement expected, int count)
    {
        Assert.Equal(count, expected.GetArrayLength());
        float[] pixels = [.. Enumerable.Range(0, 3 * 224 * 224).Select(i => (float)(((long)i * 7919) % 256))];
        float[] found = new float[count];
        using var session = new NetworkSession(weights, output, FeatureTap.Features, new(1));
        session.Run(pixels, found);
        return expected.EnumerateArray().Select((value, index) => Math.Abs(value.GetDouble() - found[index])).Max();
    }
}
