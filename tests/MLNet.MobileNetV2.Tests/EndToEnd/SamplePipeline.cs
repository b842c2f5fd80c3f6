using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;
using MLNet.MobileNetV2.Tests.Support;

namespace MLNet.MobileNetV2.Tests.EndToEnd;

/// <summary>The README's pipeline on the sample set with the embedded weights.</summary>
internal static class SamplePipeline
{
    /// <summary>Images in, class names out; the label must be a key already.</summary>
    public static EstimatorChain<KeyToValueMappingTransformer> Scoring(MLContext mlContext) => mlContext.Transforms
        .FeaturizeImageWithMobileNetV2(Photos.Options)
        .AppendCacheCheckpoint(mlContext)
        .Append(mlContext.MulticlassClassification.Trainers.MobileNetV2Head())
        .Append(mlContext.Transforms.Conversion.MapKeyToValue("PredictedLabel"));

    public static IDataView WithKeys(MLContext mlContext, IDataView data) =>
        mlContext.Transforms.Conversion.MapValueToKey("Label").Fit(data).Transform(data);

    /// <summary>Scores of every row, and the row's predicted class.</summary>
    public static PredictionRow[] Predict(MLContext mlContext, ITransformer model, IDataView data) =>
        [.. mlContext.Data.CreateEnumerable<PredictionRow>(model.Transform(data), reuseRowObject: false)];
}
