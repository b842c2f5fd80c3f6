using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;
using MLNet.MobileNetV2.Data;
using MLNet.MobileNetV2.Featurization.Columns;
using MLNet.MobileNetV2.Machine;
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
        byte[] graph = InferenceGraph.Write(weights, InferenceGraphOutputs.Features, tap, !isPrepared, SavedColumns.Prefix);
        using var temporary = new TemporaryFolder(CatalogEnvironment.TemporaryFolderOf(transforms));
        string path = WriteGraph(temporary, graph);
        IEstimator<ITransformer> pixels = mapping is null
            ? columns.Kind.Check(transforms, columns.Input, weights.Preprocessing.Size)
                .Append<ITransformer>(transforms.CopyColumns(SavedColumns.Pixels, columns.Input))
            : Preparation(transforms, columns, mapping, FeaturizerSpec.Of(weights, onBadImage, tap));
        EstimatorChain<ITransformer> chain = Scoring(pixels, transforms, columns, path, isPrepared);

        // The data has no rows, so whose context made it does not matter.
        IDataView empty = columns.Kind.Empty(new MLContext().Data, columns.Input, weights.Preprocessing.Size);
        ITransformer fitted = NativeLibrary.OnnxRuntime.Use(() => chain.Fit(empty));
        using (fitted as IDisposable)
        {
            ((ICanSaveModel)fitted).Save(context);
        }
    }

    private static string WriteGraph(TemporaryFolder folder, byte[] graph)
    {
        string path = folder.File("graph.onnx");
        try
        {
            File.WriteAllBytes(path, graph);
            return path;
        }
        catch (Exception error) when (folder.Blamed(error) is { } unusable)
        {
            throw unusable;
        }
    }

    private static EstimatorChain<ITransformer> Preparation(
        TransformsCatalog transforms, FeaturizerColumns columns, IEstimator<ITransformer> mapping, FeaturizerSpec spec)
    {
        int size = spec.Preprocessing.Size;
        ImagePixelExtractingEstimator.ColorsOrder order = spec.Preprocessing.ChannelOrder == ImageChannelOrder.Rgb
            ? ImagePixelExtractingEstimator.ColorsOrder.ARGB
            : ImagePixelExtractingEstimator.ColorsOrder.ABGR;
        string literal = spec.ToJson().Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal);
        return new EstimatorChain<ITransformer>()
            .Append(transforms.CustomMapping(new SeedMapping().GetMapping(), SavedContracts.Seed))
            .Append(transforms.Expression(SavedColumns.Spec, $"x : \"{literal}\"", SavedColumns.Seed))
            .Append(columns.Kind.Check(transforms, columns.Input, size))
            .Append(transforms.CopyColumns(SavedColumns.Source, columns.Input))
            .Append(mapping)
            .Append(transforms.ResizeImages(
                SavedColumns.Image, size, size, SavedColumns.Image, ImageResizingEstimator.ResizingKind.Fill))
            .Append<ITransformer>(transforms.ExtractPixels(SavedColumns.Pixels, SavedColumns.Image, orderOfExtraction: order));
    }

    private static EstimatorChain<ITransformer> Scoring(
        IEstimator<ITransformer> pixels, TransformsCatalog transforms, FeaturizerColumns columns, string graphPath, bool isPrepared)
    {
        string[] inputs = isPrepared ? [SavedColumns.Pixels] : [SavedColumns.Pixels, SavedColumns.Missing];
        string[] own = isPrepared
            ? [SavedColumns.Check, SavedColumns.Pixels, SavedColumns.Features]
            :
            [
                SavedColumns.Seed, SavedColumns.Check, SavedColumns.Spec, SavedColumns.Source, SavedColumns.Image, SavedColumns.Missing,
                SavedColumns.Pixels, SavedColumns.Features,
            ];
        return new EstimatorChain<ITransformer>()
            .Append(pixels)
            .Append(transforms.ApplyOnnxModel([SavedColumns.Features], inputs, graphPath))
            .Append(transforms.CopyColumns(columns.Output, SavedColumns.Features))
            .Append<ITransformer>(transforms.DropColumns(own));
    }
}
