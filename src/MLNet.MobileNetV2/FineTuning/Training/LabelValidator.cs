using MLNet.MobileNetV2.FineTuning.Gradients;
using MLNet.MobileNetV2.Numerics;

namespace MLNet.MobileNetV2.FineTuning.Training;

/// <summary>Judges a model on data that it does not train on.</summary>
internal interface IValidator
{
    /// <summary>Whether what the training begins with may turn out to be the best; else every epoch is better.</summary>
    bool AcceptsStart => true;

    /// <summary>Judges parameters, with batch norm's running statistics that go with them.</summary>
    ValidationResult Validate(ReadOnlySpan<float> parameters, ReadOnlySpan<float> statistics, CancellationToken cancellationToken);
}

/// <summary>Judges a classifier on images as a prediction sees them. Not thread-safe; the engine stays the caller's.</summary>
internal sealed class LabelValidator : IValidator
{
    // The engine loads the network at each call: few calls, within bounded memory.
    private const int InputBytes = 128 * 1024 * 1024;

    private readonly GradientEngine _engine;
    private readonly InputSource _source;
    private readonly IReadOnlyList<int> _labels;
    private readonly int _workers;
    private readonly float[] _inputs;
    private readonly float[] _logits;
    private readonly int _chunk;

    /// <summary>Makes a validator.</summary>
    /// <param name="engine">Runs the trained part; its statistics become those of what is judged.</param>
    /// <param name="source">The images' inputs, not varied.</param>
    /// <param name="labels">The class of each image, from 0; at least one.</param>
    /// <param name="workers">Most threads; 0 means as many as there are cores.</param>
    public LabelValidator(GradientEngine engine, InputSource source, IReadOnlyList<int> labels, int workers)
    {
        _engine = engine;
        _source = source;
        _labels = labels;
        _workers = workers;
        _chunk = Math.Clamp(InputBytes / sizeof(float) / source.InputLength, 1, labels.Count);
        _inputs = new float[checked(_chunk * source.InputLength)];
        _logits = new float[checked(_chunk * engine.OutputCount)];
    }

    /// <remarks>Images that are left out because they can no longer be read do not count.</remarks>
    /// <exception cref="InvalidOperationException">None is left.</exception>
    public ValidationResult Validate(
        ReadOnlySpan<float> parameters, ReadOnlySpan<float> statistics, CancellationToken cancellationToken)
    {
        statistics.CopyTo(_engine.Statistics);
        double loss = 0;
        int correct = 0;
        int used = 0;
        var isRead = new bool[_chunk];
        for (int begin = 0; begin < _labels.Count; begin += _chunk)
        {
            int first = begin;
            int length = _source.InputLength;
            int count = Math.Min(_chunk, _labels.Count - begin);
            new ParallelLoop(_workers, cancellationToken).For(
                count, place => isRead[place] = _source.TryRead(first + place, epoch: 0, _inputs.AsSpan(place * length, length)));
            Span<float> outputs = _logits.AsSpan(0, count * _engine.OutputCount);
            _engine.Evaluate(parameters, _inputs.AsMemory(0, count * length), outputs, cancellationToken);
            for (int place = 0; place < count; place++)
            {
                if (!isRead[place])
                {
                    continue;
                }

                ReadOnlySpan<float> logits = _logits.AsSpan(place * _engine.OutputCount, _engine.OutputCount);
                ImageOutcome outcome = ImageOutcome.Of(logits, _labels[begin + place]);
                loss += outcome.Loss;
                correct += outcome.IsCorrect ? 1 : 0;
                used++;
            }
        }

        return used > 0 ? new(loss / used, (double)correct / used) : throw NoneLeft();
    }

    /// <summary>What is said where no image is left to validate on.</summary>
    public static InvalidOperationException NoneLeft() => new("There is no image to validate on that can be used.");
}
