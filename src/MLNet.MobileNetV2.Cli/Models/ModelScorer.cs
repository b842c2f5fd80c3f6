using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.MobileNetV2.Serving;

namespace MLNet.MobileNetV2.Cli.Models;

/// <summary>A saved model that scores one picture at a time, so that a bad one spoils no other. Not thread-safe; owns the model.</summary>
internal sealed class ModelScorer : IDisposable
{
    private readonly ModelFile _model;
    private readonly PictureRow _picture;
    private readonly DataViewRow _scored;
    private readonly ValueGetter<VBuffer<float>> _getScores;

    private ModelScorer(ModelFile model)
    {
        _model = model;
        _picture = new PictureRow(model.InputSchema);
        Classes = ModelClasses.Of(model.Model.GetOutputSchema(_picture.Schema));
        IRowToRowMapper mapper = model.Model.GetRowToRowMapper(_picture.Schema);
        DataViewSchema.Column scores = ModelClasses.ScoreOf(mapper.OutputSchema);
        CheckTakesPicturesAlone(mapper.GetDependencies([scores]));
        _scored = mapper.GetRow(_picture, [scores]);
        _getScores = _scored.GetGetter<VBuffer<float>>(scores);
    }

    /// <summary>The class names in the order of the scores.</summary>
    public IReadOnlyList<string> Classes { get; }

    /// <inheritdoc cref="ModelFile.Load" path="/exception"/>
    /// <exception cref="CommandFailedException">The model is of another kind.</exception>
    public static ModelScorer Load(string path)
    {
        ModelFile model = ModelFile.Load(path);
        try
        {
            return new ModelScorer(model);
        }
        catch (Exception error)
        {
            model.Dispose();
            throw new CommandFailedException(
                $"The model '{path}' is not an image classifier on a column ImagePath, as 'mobilenetv2 train' saves it: {Failure.OneLine(error)}",
                innerException: error);
        }
    }

    /// <summary>The probability of each class.</summary>
    /// <exception cref="BadImageException">The picture cannot be used.</exception>
    public float[] Score(string path)
    {
        _picture.MoveTo(path);
        VBuffer<float> values = default;
        _getScores(ref values);
        float[] scores = [.. values.DenseValues()];
        return Array.TrueForAll(scores, float.IsFinite) ? scores : throw new BadImageException(path, "the model gives no scores for it.");
    }

    public void Dispose()
    {
        _scored.Dispose();
        _model.Dispose();
    }

    // The label's column is there for models that were saved together with their label step; the scores need none.
    private void CheckTakesPicturesAlone(IEnumerable<DataViewSchema.Column> columns)
    {
        string[] others = [.. columns.Where(column => !_picture.IsColumnActive(column)).Select(column => $"'{column.Name}'")];
        if (others.Length > 0)
        {
            throw new InvalidDataException($"its scores depend on {string.Join(", ", others)}, and a picture fills ImagePath alone.");
        }
    }
}
