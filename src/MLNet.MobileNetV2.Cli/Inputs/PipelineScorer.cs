using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.MobileNetV2.Serving;

namespace MLNet.MobileNetV2.Cli.Inputs;

/// <summary>
/// A model that no predictor runs, such as one with another trainer's head, as ML.NET runs it: one image at a time. Thread-safe; owns the
/// model.
/// </summary>
internal sealed class PipelineScorer : IDisposable
{
    private readonly ModelFile _file;
    private readonly PredictionEngine<Picture, Scores> _engine;
    private readonly Lock _lock = new();

    /// <summary>Takes a model over, if it can be used.</summary>
    /// <exception cref="InvalidDataException">It has no scores, or they depend on another column.</exception>
    /// <exception cref="ArgumentException">
    /// Its scores are not those of classes, or it asks for a column that an image does not have.
    /// </exception>
    public PipelineScorer(ModelFile file)
    {
        IRowToRowMapper mapper = file.Model.GetRowToRowMapper(
            file.InputSchema ?? file.Context.Data.LoadFromEnumerable(Array.Empty<Picture>()).Schema);
        DataViewSchema scored = mapper.OutputSchema;
        DataViewSchema.Column scores = scored.GetColumnOrNull(nameof(Scores.Score)) ?? throw new InvalidDataException(
            "it has no column Score with a score for each class; its columns are "
                + $"'{string.Join("', '", scored.Select(column => column.Name).Distinct())}'.");
        Classes = ClassNames.Of(scores);
        string[] others =
        [
            .. mapper.GetDependencies([scores]).Select(column => column.Name).Where(name => name != nameof(Picture.ImagePath))
                .Select(name => $"'{name}'"),
        ];
        if (others.Length > 0)
        {
            throw new InvalidDataException($"its scores depend on {string.Join(", ", others)}; an image has only the column ImagePath.");
        }

        _engine = file.Context.Model.CreatePredictionEngine<Picture, Scores>(
            file.Model, new PredictionEngineOptions { OwnsTransformer = false });
        _file = file;
    }

    /// <summary>The class names in the order of the scores.</summary>
    public IReadOnlyList<string> Classes { get; }

    /// <summary>The most probable classes, best first.</summary>
    /// <exception cref="BadImageException">The image cannot be used.</exception>
    public IReadOnlyList<ClassScore> Top(string path, int count)
    {
        lock (_lock)
        {
            return ClassScore.Top(Classes, _engine.Predict(new Picture { ImagePath = path }).Score, count);
        }
    }

    public void Dispose()
    {
        _engine.Dispose();
        _file.Dispose();
    }

    private sealed class Picture
    {
        public string ImagePath { get; set; } = string.Empty;

        // Asked for by models that were saved together with their label step; the scores do not depend on it.
        public string Label { get; set; } = string.Empty;
    }

    private sealed class Scores
    {
        public float[] Score { get; set; } = [];
    }
}
