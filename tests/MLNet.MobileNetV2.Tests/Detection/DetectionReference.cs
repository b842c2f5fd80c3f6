using System.Runtime.InteropServices;
using System.Text.Json;
using MLNet.MobileNetV2.Detection.Boxes;
using MLNet.MobileNetV2.Tests.Support;

namespace MLNet.MobileNetV2.Tests.Detection;

/// <summary>What TF.js gave for pictures of COCO, where the environment offers it; tests that need it skip without.</summary>
internal static class DetectionReference
{
    public static string Folder => Path.Combine(TestEnvironment.RequireReferenceFolder(), "detection");

    public static RelativeBox[] Boxes(string photo) => ReadBoxes($"{photo}.boxes_1917x4.f32");

    public static RelativeBox[] AnchorBoxes() => ReadBoxes("anchors_1917x4.f32");

    public static float[] Scores(string photo) => Read($"{photo}.scores_1917x90.f32");

    /// <summary>What it found in a photo, best first.</summary>
    public static JsonElement Photo(string photo)
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Folder, "detections.json")));
        return document.RootElement.GetProperty("photos").GetProperty(photo).Clone();
    }

    /// <summary>What it found in the photo of a file, best first: all, or only rows of one of the lists that the reference has.</summary>
    public static DetectedObject[] Detections(string path, string? list = null)
    {
        JsonElement photo = Photo(Path.GetFileNameWithoutExtension(path));
        HashSet<int>? kept = list is null ? null : [.. photo.GetProperty(list).EnumerateArray().Select(row => row.GetInt32())];
        return
        [
            .. from one in photo.GetProperty("detections").EnumerateArray()
               where kept?.Contains(one.GetProperty("anchor").GetInt32()) ?? true
               let box = one.GetProperty("box").EnumerateArray().Select(value => value.GetSingle()).ToArray()
               select new DetectedObject(
                   one.GetProperty("class").GetString()!, one.GetProperty("score").GetSingle(), new(box[0], box[1], box[2], box[3])),
        ];
    }

    private static RelativeBox[] ReadBoxes(string file) =>
        [.. Read(file).Chunk(4).Select(edges => new RelativeBox(edges[0], edges[1], edges[2], edges[3]))];

    private static float[] Read(string file) =>
        MemoryMarshal.Cast<byte, float>(File.ReadAllBytes(Path.Combine(Folder, file))).ToArray();
}
