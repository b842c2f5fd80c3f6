using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.MobileNetV2.Featurization.Columns;
using MLNet.MobileNetV2.Onnx;

namespace MLNet.MobileNetV2.Featurization.Saving;

/// <summary>
/// The featurizer as a chain of components that ML.NET can save: ML.NET's serialisation is internal, so an external
/// transformer saves what stock ones can load.
/// </summary>
internal static class SavedFeaturizer
{
    public static void Save(
        ModelSaveContext context,
        TransformsCatalog transforms,
        MobileNetV2Weights weights,
        FeaturizerColumns columns,
        BadImageHandling onBadImage,
        FeatureTap tap)
    {
        IEstimator<ITransformer>? mapping = columns.Kind.SavedMapping(transforms);
        bool isPrepared = mapping is null;
        ImagePreprocessing preprocessing = weights.Preprocessing;
        IEstimator<ITransformer> pixels = mapping is null
            ? columns.Kind.Check(transforms, columns.Input, preprocessing.Size)
                .Append<ITransformer>(transforms.CopyColumns(SavedColumns.Pixels, columns.Input))
            : PixelChain.Create(
                transforms, columns.Kind, columns.Input, mapping, FeaturizerSpec.Of(weights, onBadImage, tap).ToJson(), preprocessing);
        new GraphChain(
            transforms,
            data => columns.Kind.Empty(data, columns.Input, preprocessing.Size),
            () => InferenceGraph.Write(weights, InferenceGraphOutputs.Features, tap, !isPrepared, SavedColumns.Prefix),
            path => Scoring(pixels, transforms, columns, path, isPrepared)).Save(context);
    }

    private static EstimatorChain<ITransformer> Scoring(
        IEstimator<ITransformer> pixels, TransformsCatalog transforms, FeaturizerColumns columns, string graphPath, bool isPrepared)
    {
        string[] inputs = isPrepared ? [SavedColumns.Pixels] : [SavedColumns.Pixels, SavedColumns.Missing];
        string[] own = isPrepared
            ? [SavedColumns.Check, SavedColumns.Pixels, SavedColumns.Features]
            : [.. PixelChain.Columns, SavedColumns.Missing, SavedColumns.Features];
        return new EstimatorChain<ITransformer>()
            .Append(pixels)
            .Append(transforms.ApplyOnnxModel([SavedColumns.Features], inputs, graphPath))
            .Append(transforms.CopyColumns(columns.Output, SavedColumns.Features))
            .Append<ITransformer>(transforms.DropColumns(own));
    }
}
