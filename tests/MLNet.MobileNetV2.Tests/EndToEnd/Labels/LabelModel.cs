using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.MobileNetV2.Tests.Support;

namespace MLNet.MobileNetV2.Tests.EndToEnd.Labels;

/// <summary>A small classifier of images whose labels are of some kind, saved, and loaded again.</summary>
internal sealed class LabelModel : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly MLContext _mlContext = new(seed: 1);

    /// <summary>Trains and saves.</summary>
    /// <param name="kind">The labels.</param>
    /// <param name="trainer">The trainer on Label and Features, or on Label and ImagePath; null for the head.</param>
    /// <param name="isMapped">Whether the predicted key becomes its value.</param>
    /// <param name="hasLabelStep">Whether the model makes the label's key too.</param>
    public LabelModel(
        LabelKind kind, Func<MLContext, IEstimator<ITransformer>>? trainer = null, bool isMapped = true, bool hasLabelStep = false)
    {
        IDataView photos = kind.Photos(_mlContext);
        IEstimator<ITransformer> toKey = kind.ToKey(_mlContext);
        IEstimator<ITransformer> head = trainer?.Invoke(_mlContext) ?? _mlContext.MulticlassClassification.Trainers.MobileNetV2Head();
        IEstimator<ITransformer> scoring = head is MobileNetV2Trainer ? head : _mlContext.Transforms.FeaturizeImageWithMobileNetV2(
            Featurizer).Append(head);
        scoring = isMapped ? scoring.Append(kind.ToValue(_mlContext)) : scoring;
        using var fitted = (IDisposable)(
            hasLabelStep ? toKey.Append(scoring).Fit(photos) : scoring.Fit(toKey.Fit(photos).Transform(photos)));
        _mlContext.Model.Save((ITransformer)fitted, photos.Schema, Path);
        Loaded = _mlContext.LoadModel(Path);
        IDataView scored = Loaded.Transform(photos);
        Predicted = isMapped
            ? kind.Predict(_mlContext, scored)
            : [.. scored.GetColumn<uint>("PredictedLabel").Select(key => kind.Names[key - 1])];
    }

    public static MobileNetV2FeaturizerOptions Featurizer { get; } = new()
    {
        Weights = WeightsSource.From(RandomWeights.Create(4, RandomWeights.Narrow(), new ImagePreprocessing { Size = 64 })),
    };

    /// <summary>The model file.</summary>
    public string Path => _folder.File("model.zip");

    /// <summary>The model as the file holds it.</summary>
    public ITransformer Loaded { get; }

    /// <summary>PredictedLabel of each image, as text; of a key that was left one, what its value would say.</summary>
    public string[] Predicted { get; }

    public void Dispose()
    {
        (Loaded as IDisposable)?.Dispose();
        _folder.Dispose();
    }
}
