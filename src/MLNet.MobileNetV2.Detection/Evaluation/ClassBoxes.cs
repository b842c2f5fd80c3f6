using System.Globalization;

namespace MLNet.MobileNetV2.Detection.Evaluation;

/// <summary>The boxes of one class in one image: the true ones, and the found ones best first.</summary>
internal sealed record ImageBoxes(IReadOnlyList<LabelledBox> Truth, IReadOnlyList<DetectedObject> Found);

/// <summary>Sorts boxes by class and image. Not thread-safe.</summary>
internal sealed class ClassBoxes
{
    private const int MostFound = 100;

    private readonly Dictionary<string, int> _index = new(StringComparer.Ordinal);
    private readonly List<ImageBoxes>[] _byClass;

    public ClassBoxes(IReadOnlyList<string> classes)
    {
        foreach (string label in classes)
        {
            if (!_index.TryAdd(label, _index.Count))
            {
                throw new ArgumentException($"The class '{label}' is named twice.", nameof(classes));
            }
        }

        if (classes.Count == 0)
        {
            throw new ArgumentException("There is no class to report on.", nameof(classes));
        }

        _byClass = [.. classes.Select(_ => new List<ImageBoxes>())];
    }

    public int Images { get; private set; }

    public IReadOnlyList<ImageBoxes> Of(int index) => _byClass[index];

    public void Add(IReadOnlyList<LabelledBox> truth, IReadOnlyList<DetectedObject> found)
    {
        foreach (LabelledBox box in truth)
        {
            if (!_index.ContainsKey(box.Label) || !box.Box.IsFinite)
            {
                throw Fault($"the true box {box.Box} of the class '{box.Label}'");
            }
        }

        foreach (DetectedObject item in found)
        {
            if (!float.IsFinite(item.Score) || !item.Box.IsFinite)
            {
                throw Fault(string.Create(
                    CultureInfo.InvariantCulture, $"the found object {item.Box} of the class '{item.Label}' with the score {item.Score}"));
            }
        }

        ILookup<string, LabelledBox> truthByLabel = truth.ToLookup(box => box.Label, StringComparer.Ordinal);
        ILookup<string, DetectedObject> foundByLabel = found.ToLookup(item => item.Label, StringComparer.Ordinal);
        foreach (string label in truthByLabel.Select(group => group.Key).Union(foundByLabel.Select(group => group.Key)))
        {
            if (_index.TryGetValue(label, out int index))
            {
                _byClass[index].Add(new(
                    [.. truthByLabel[label]], [.. foundByLabel[label].OrderByDescending(item => item.Score).Take(MostFound)]));
            }
        }

        Images++;
    }

    private ArgumentException Fault(string what) => new(
        $"Image {Images} (counted from 0) has {what}; finite numbers, and for true boxes one of the classes "
            + $"{string.Join(", ", _index.Keys)}, are needed.");
}
