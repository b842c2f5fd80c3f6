using Microsoft.ML;
using MLNet.MobileNetV2.Cli.Failures;
using MLNet.MobileNetV2.Serving;

namespace MLNet.MobileNetV2.Cli.Inputs;

/// <summary>What a model sees in a photo.</summary>
/// <param name="Scores">Its best classes, best first.</param>
/// <param name="Nearest">The training photos that are most like it, the most similar first; null where they were not asked for.</param>
internal sealed record SeenPhoto(IReadOnlyList<ClassScore> Scores, IReadOnlyList<NearestImage>? Nearest = null);

/// <summary>A model that names images, several at a time. Owns what it names them with.</summary>
/// <param name="owned">What is disposed with it.</param>
/// <param name="classes">The class names in the order of the scores.</param>
/// <param name="predict">The most probable classes of an image file, best first; thread-safe.</param>
/// <param name="predictor">The predictor that runs it; null if ML.NET does.</param>
internal sealed class PictureModel(
    IDisposable owned,
    IReadOnlyList<string> classes,
    Func<string, int, CancellationToken, Task<IReadOnlyList<ClassScore>>> predict,
    MobileNetV2Predictor? predictor = null) : IDisposable
{
    /// <summary>The predictor that runs it; null if ML.NET does.</summary>
    public MobileNetV2Predictor? Predictor => predictor;

    /// <summary>The class names in the order of the scores.</summary>
    public IReadOnlyList<string> Classes => classes;

    /// <summary>A model that a predictor runs, which is disposed with it.</summary>
    public static PictureModel Of(MobileNetV2Predictor predictor) =>
        new(predictor, predictor.Labels, (picture, top, stop) => predictor.PredictAsync(picture, top, stop), predictor);

    /// <summary>
    /// Loads a saved model: into a predictor, or, if it has steps that a predictor does not run, as an ML.NET pipeline.
    /// </summary>
    /// <inheritdoc cref="ModelFile.Load" path="/exception"/>
    /// <exception cref="CommandFailedException">The model is of another kind.</exception>
    public static PictureModel Load(string path)
    {
        ModelFile file = ModelFile.Load(path);
        try
        {
            if (PredictorOf(file.Model) is { } predictor)
            {
                file.Dispose();
                return Of(predictor);
            }

            var pipeline = new PipelineScorer(file);
            return new(pipeline, pipeline.Classes, (picture, top, _) => Task.FromResult(pipeline.Top(picture, top)));
        }
        catch (Exception error)
        {
            file.Dispose();
            throw new CommandFailedException(
                $"The model '{path}' is not an image classifier on a column ImagePath, as 'mobilenetv2 train' saves it: "
                    + $"{Failure.OneLine(error)}",
                innerException: error);
        }
    }

    /// <summary>Names images, each result in the order of the images.</summary>
    /// <param name="images">The images, read as they are needed; those with a problem pass as bad ones.</param>
    /// <param name="top">Most classes to name.</param>
    /// <param name="cancellationToken">Stops the naming.</param>
    /// <param name="nearest">Finds the training photos that are most like each; null for not at all.</param>
    public IAsyncEnumerable<PhotoOutcome<SeenPhoto>> PredictAsync(
        IEnumerable<ImageArgument> images, int top, CancellationToken cancellationToken, NearestPhotos? nearest = null) =>
        PhotoOutcome<SeenPhoto>.OfEach(
            images,
            async (path, stop) =>
            {
                IReadOnlyList<ClassScore> scores = await predict(path, top, stop);
                return scores.All(score => float.IsFinite(score.Score))
                    ? new(scores, nearest is null ? null : await nearest.OfAsync(path, stop))
                    : throw new BadImageException(path, "the model gives no scores for it.");
            },
            cancellationToken);

    public void Dispose() => owned.Dispose();

    private static MobileNetV2Predictor? PredictorOf(ITransformer model)
    {
        try
        {
            return MobileNetV2Predictor.Create(model);
        }
        catch (NotSupportedException)
        {
            return null;
        }
    }
}
