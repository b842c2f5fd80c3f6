using System.Text.Json;
using MLNet.MobileNetV2.Network;
using MLNet.MobileNetV2.Onnx;
using MLNet.MobileNetV2.Tests.Support;
using MLNet.MobileNetV2.Weights;

namespace MLNet.MobileNetV2.Tests.Onnx;

/// <summary>The real weight files through the product's own reader and graph, against an independent float32 computation.</summary>
public class ReferenceTests
{
    private const double Tolerance = 1e-3;

    [Theory]
    [InlineData("mobilenet_v2_1.0_224_quant.tflite")]
    [InlineData("tf2_mobilenet_v2_1.0_224_ptq.tflite")]
    public void FeaturesAndLogits_OfARealFile_EqualTheReference(string fileName)
    {
        string folder = TestEnvironment.RequireWeightsFolder();
        string referencePath = Path.Combine(folder, "reference.json");
        Assert.SkipUnless(File.Exists(referencePath), "The weights folder has no reference.json.");
        using JsonDocument reference = JsonDocument.Parse(File.ReadAllBytes(referencePath));
        JsonElement expected = reference.RootElement.GetProperty(fileName);
        MobileNetV2Weights weights = new WeightsStore(new WeightsStoreOptions())
            .Load(WeightsSource.FromFile(Path.Combine(folder, fileName)), null, TestContext.Current.CancellationToken).Weights;

        double features = MaxDifference(weights, InferenceGraphOutputs.Features, expected.GetProperty("features"), MobileNetV2Architecture.DefaultFeatureCount);
        double logits = MaxDifference(weights, InferenceGraphOutputs.Logits, expected.GetProperty("logits"), 1001);

        TestContext.Current.TestOutputHelper!.WriteLine($"{fileName}: max abs difference {features:g3} (features), {logits:g3} (logits)");
        Assert.InRange(features, 0, Tolerance);
        Assert.InRange(logits, 0, Tolerance);
    }

    private static double MaxDifference(MobileNetV2Weights weights, InferenceGraphOutputs output, JsonElement expected, int count)
    {
        Assert.Equal(count, expected.GetArrayLength());
        float[] pixels = [.. Enumerable.Range(0, 3 * 224 * 224).Select(i => (float)(((long)i * 7919) % 256))];
        float[] found = new float[count];
        using var session = new NetworkSession(weights, output, 1);
        session.Run(pixels, found);
        return expected.EnumerateArray().Select((value, index) => Math.Abs(value.GetDouble() - found[index])).Max();
    }
}
