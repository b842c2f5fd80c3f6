using Microsoft.ML;
using MLNet.MobileNetV2.Images;

namespace MLNet.MobileNetV2.Cli.Models;

/// <summary>A saved model that scores one picture at a time, so that a bad one spoils no other. Not thread-safe; owns the model.</summary>
internal sealed class ModelScorer : IDisposable
{
    private readonly LoadedModel _model;
    private readonly PredictionEngine<ModelInput, ModelScore> _engine;

    private ModelScorer(LoadedModel model)
    {
        _model = model;
        IDataView empty = model.Context.Data.LoadFromEnumerable(Array.Empty<ModelInput>());
        Classes = ClassNames.Of(model.Model.GetOutputSchema(empty.Schema));
        _engine = model.Context.Model.CreatePredictionEngine<ModelInput, ModelScore>(model.Model);
    }

    /// <summary>The class names in the order of the scores.</summary>
    public IReadOnlyList<string> Classes { get; }

    /// <exception cref="CommandFailedException">The file is missing, no model, or a model of another kind.</exception>
    public static ModelScorer Load(string path)
    {
        LoadedModel model = LoadedModel.Open(path);
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
        float[] scores = [.. _engine.Predict(new ModelInput { ImagePath = path }).Score];
        return Array.TrueForAll(scores, float.IsFinite) ? scores : throw new BadImageException(path, "the model gives no scores for it.");
    }

    public void Dispose()
    {
        _engine.Dispose();
        _model.Dispose();
    }
}
