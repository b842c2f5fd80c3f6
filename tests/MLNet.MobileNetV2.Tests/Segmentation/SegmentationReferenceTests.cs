using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;
using MLNet.MobileNetV2.Images;
using MLNet.MobileNetV2.Segmentation.Maps;
using MLNet.MobileNetV2.Tests.Support;
using MLNet.MobileNetV2.Weights;
using MLNet.MobileNetV2.WeightsImport.TfLite;

namespace MLNet.MobileNetV2.Tests.Segmentation;

/// <summary>The graph against an independent computation of the same networks on the same pixels.</summary>
public sealed class SegmentationReferenceTests
{
    private static readonly string[] s_outputs = ["logits", "classes"];

    public static TheoryData<string, string, bool> Networks
    {
        get
        {
            var data = new TheoryData<string, string, bool>();
            foreach (bool keepsRanges in (bool[])[true, false])
            {
                data.Add("deeplabv3_mnv2_pascal_quant.tflite", "mnv2", keepsRanges);
                data.Add("deeplabv3_mnv2_dm05_pascal_quant.tflite", "dm05", keepsRanges);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Networks))]
    public void Graph_OnTheReferencesPixels_GivesTheirLogitsAndClasses(string file, string network, bool keepsRanges)
    {
        string references = Path.Combine(TestEnvironment.RequireReferenceFolder(), "segmentation");
        SegmentationWeights weights = Read(file);
        using var session = new InferenceSession(SegmentationGraph.Write(weights, keepsRanges, withClasses: true));
        string[] maps = Directory.GetFiles(references, $"*.{network}.float.classes.png");
        Assert.NotEmpty(maps);
        foreach (string map in maps)
        {
            string photo = Path.GetFileName(map).Split('.')[0];
            (float[] logits, long[] classes) = Run(session, weights, Path.Combine(references, $"{photo}.png"));

            float[] expected = Logits(Path.Combine(references, $"{photo}.{network}.float.logits_33x33x21.f32"));
            byte[] expectedClasses = VocMask.Classes(File.ReadAllBytes(map));
            double off = 0;
            for (int i = 0; i < expected.Length; i++)
            {
                int place = i / weights.ClassCount;
                int channel = i % weights.ClassCount;
                off = Math.Max(off, Math.Abs(expected[i] - logits[(channel * expected.Length / weights.ClassCount) + place]));
            }

            double equal = classes.Zip(expectedClasses).Average(pair => pair.First == pair.Second ? 1.0 : 0.0);
            TestContext.Current.TestOutputHelper?.WriteLine($"{photo} {network} {keepsRanges}: logits {off:G3}, pixels {equal:P4}");
            Assert.True(off <= (keepsRanges ? 1e-3 : 0.15), $"{photo}: the logits are off by {off}.");
            Assert.True(equal >= (keepsRanges ? 0.9999 : 0.995), $"{photo}: {equal:P3} of the classes are equal.");
        }
    }

    [Theory]
    [InlineData("deeplabv3_mnv2_pascal_quant.tflite", "mnv2")]
    [InlineData("deeplabv3_mnv2_dm05_pascal_quant.tflite", "dm05")]
    public void Segment_OfTheReferencesPictures_GivesTheirClasses(string file, string network)
    {
        string references = Path.Combine(TestEnvironment.RequireReferenceFolder(), "segmentation");
        string weights = Path.Combine(TestEnvironment.RequireWeightsFolder(), file);
        Assert.SkipUnless(File.Exists(weights), $"'{file}' is not among the weights.");
        using MobileNetV2Segmenter segmenter = MobileNetV2Segmenter.Load(weights);
        foreach (string map in Directory.GetFiles(references, $"*.{network}.float.classes.png"))
        {
            SegmentedImage segmented = segmenter.Segment(
                Path.Combine(references, $"{Path.GetFileName(map).Split('.')[0]}.png"), TestContext.Current.CancellationToken);

            byte[] expected = VocMask.Classes(File.ReadAllBytes(map));
            double equal = segmented.ClassMap.ToArray().Zip(expected).Average(pair => pair.First == pair.Second ? 1.0 : 0.0);
            TestContext.Current.TestOutputHelper?.WriteLine($"{map}: {equal:P4}, {string.Join(", ", segmented.Classes)}");
            Assert.True(equal >= 0.9999, $"{map}: {equal:P3} of the classes are equal.");
        }
    }

    private static SegmentationWeights Read(string file)
    {
        string path = Path.Combine(TestEnvironment.RequireWeightsFolder(), file);
        Assert.SkipUnless(File.Exists(path), $"'{file}' is not among the weights.");
        return TfLiteReader.ReadSegmentation(path, file, File.ReadAllBytes(path));
    }

    private static (float[] Logits, long[] Classes) Run(InferenceSession session, SegmentationWeights weights, string photo)
    {
        int size = weights.Preprocessing.Size;
        float[] pixels = new float[3 * size * size];
        new ImagePreprocessor(weights.Preprocessing).FromFile(photo, pixels);
        using OrtValue input = OrtValue.CreateTensorValueFromMemory(pixels, [1, 3, size, size]);
        using var options = new RunOptions();
        using IDisposableReadOnlyCollection<OrtValue> results = session.Run(options, ["pixels"], [input], s_outputs);
        return (results[0].GetTensorDataAsSpan<float>().ToArray(), results[1].GetTensorDataAsSpan<long>().ToArray());
    }

    private static float[] Logits(string path) => MemoryMarshal.Cast<byte, float>(File.ReadAllBytes(path)).ToArray();
}
