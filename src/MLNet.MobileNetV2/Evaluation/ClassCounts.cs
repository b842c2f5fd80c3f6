namespace MLNet.MobileNetV2.Evaluation;

/// <summary>How often each class is the truth, the prediction, and both. Not thread-safe.</summary>
/// <param name="classCount">Number of classes.</param>
internal sealed class ClassCounts(int classCount)
{
    private readonly int[] _truth = new int[classCount];
    private readonly int[] _predicted = new int[classCount];
    private readonly int[] _correct = new int[classCount];

    /// <summary>Number of images whose prediction is right.</summary>
    public int Correct { get; private set; }

    /// <summary>Adds an image.</summary>
    public void Add(int truth, int predicted)
    {
        _truth[truth]++;
        _predicted[predicted]++;
        if (truth == predicted)
        {
            _correct[truth]++;
            Correct++;
        }
    }

    /// <summary>What is known of a class.</summary>
    public ImageClassMeasures Of(int index, string label) => new(label, _truth[index], _predicted[index], _correct[index]);

    /// <summary>Mean F1 of the classes that occur.</summary>
    public double MacroF1()
    {
        (double sum, int count) = (0, 0);
        for (int c = 0; c < _truth.Length; c++)
        {
            int both = _truth[c] + _predicted[c];
            if (both > 0)
            {
                sum += 2.0 * _correct[c] / both;
                count++;
            }
        }

        return sum / count;
    }
}
