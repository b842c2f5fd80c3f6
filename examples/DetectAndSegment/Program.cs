using System.Globalization;
using MLNet.MobileNetV2;

// Finds the objects of photos, and the class of each of their pixels; both are drawn on copies of the photos.
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
string output = args.Length > 0 ? args[0] : "detected";
string[] photos = args.Length > 1 ? args[1..] : Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "photos"), "*.jpg");
Directory.CreateDirectory(output);

using MobileNetV2Detector detector = MobileNetV2Detector.CreatePretrained();
using MobileNetV2Segmenter? segmenter = CreateSegmenter();
foreach (string photo in photos.Order(StringComparer.Ordinal))
{
    string name = Path.GetFileNameWithoutExtension(photo);
    try
    {
        IReadOnlyList<DetectedObject> objects = detector.Detect(photo);
        DetectionOverlay.Save(photo, objects, Path.Combine(output, $"{name}-objects.jpg"));
        Console.WriteLine($"{name}: {string.Join(", ", objects.Select(found => $"{found.Label} {found.Score:P0} at {found.Box}"))}");

        if (segmenter?.Segment(photo) is { } segmented)
        {
            segmented.SavePng(Path.Combine(output, $"{name}-classes.png"));
            segmented.SaveOverlay(photo, Path.Combine(output, $"{name}-classes.jpg"));
            Console.WriteLine($"{name}: {string.Join(", ", segmented.Classes)}");
        }
    }
    catch (BadImageException error)
    {
        Console.Error.WriteLine(error.Message);
    }
}

Console.WriteLine($"The pictures are in {output}.");

// The detector's weights are in its package; these are looked up and downloaded.
static MobileNetV2Segmenter? CreateSegmenter()
{
    try
    {
        return MobileNetV2Segmenter.CreatePretrained();
    }
    catch (WeightsUnavailableException error)
    {
        Console.Error.WriteLine($"Photos are not segmented: {error.Message}");
        return null;
    }
}
