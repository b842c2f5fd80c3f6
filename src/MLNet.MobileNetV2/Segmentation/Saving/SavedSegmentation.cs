using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;
using MLNet.MobileNetV2.Data;
using MLNet.MobileNetV2.Featurization.Columns;
using MLNet.MobileNetV2.Featurization.Saving;
using MLNet.MobileNetV2.Machine;
using MLNet.MobileNetV2.Segmentation.Maps;
using MLNet.MobileNetV2.Weights;

namespace MLNet.MobileNetV2.Segmentation.Saving;

/// <summary>A segmentation as a chain of components that ML.NET can save. Immutable.</summary>
internal sealed class SavedSegmentation(
    TransformsCatalog transforms, SegmentationWeights weights, ImageColumnKind kind, MobileNetV2SegmentationOptions options)
{
    /// <summary>Fits the chain to data, whose rows it does not read.</summary>
    public ITransformer Fit(IDataView input)
    {
        using var temporary = new TemporaryFolder(CatalogEnvironment.TemporaryFolderOf(transforms));
        return Fit(input, temporary);
    }

    /// <summary>Saves the chain.</summary>
    public void Save(ModelSaveContext context)
    {
        // OnnxTransformer reads its file once more when it is saved. The data has no rows, so whose context made it does not matter.
        using var temporary = new TemporaryFolder(CatalogEnvironment.TemporaryFolderOf(transforms));
        IDataView empty = kind.Empty(new MLContext().Data, options.InputColumnName, weights.Preprocessing.Size);
        ITransformer fitted = Fit(empty, temporary);
        using (fitted as IDisposable)
        {
            ((ICanSaveModel)fitted).Save(context);
        }
    }

    private ITransformer Fit(IDataView input, TemporaryFolder temporary)
    {
        string path = temporary.File("graph.onnx");
        try
        {
            File.WriteAllBytes(
                path, SegmentationGraph.Write(weights, options.KeepTrainedRanges, withClasses: false, SavedColumns.Prefix));
        }
        catch (Exception error) when (temporary.Blamed(error) is { } unusable)
        {
            throw unusable;
        }

        EstimatorChain<ITransformer> chain = Chain(path);
        return NativeLibrary.OnnxRuntime.Use(() => chain.Fit(input));
    }

    private EstimatorChain<ITransformer> Chain(string graph)
    {
        int size = weights.Preprocessing.Size;
        var spec = new SegmentationSpec(
            weights.Name, weights.Preprocessing, options.Model.Labels, weights.MapSide, options.MapSize, options.IncludeProbabilities);
        string literal = spec.ToJson().Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal);
        EstimatorChain<ITransformer> chain = new EstimatorChain<ITransformer>()
            .Append(transforms.CustomMapping(new SeedMapping().GetMapping(), SavedContracts.Seed))
            .Append(transforms.Expression(SavedColumns.Spec, $"x : \"{literal}\"", SavedColumns.Seed))
            .Append(kind.Check(transforms, options.InputColumnName, size))
            .Append(transforms.CopyColumns(SavedColumns.Source, options.InputColumnName))
            .Append(PhotoMapping())
            .Append(transforms.ResizeImages(
                SavedColumns.Image, size, size, SavedColumns.Image, ImageResizingEstimator.ResizingKind.Fill))
            .Append(transforms.ExtractPixels(
                SavedColumns.Pixels, SavedColumns.Image, orderOfExtraction: ImagePixelExtractingEstimator.ColorsOrder.ARGB))
            .Append(transforms.ApplyOnnxModel([SegmentationColumns.Logits], [SavedColumns.Pixels], graph))
            .Append<ITransformer>(transforms.CustomMapping(new ResultMapping().GetMapping(), SegmentationContracts.Result));
        foreach ((string column, string suffix) in SegmentationColumns.Results(options.IncludeProbabilities))
        {
            chain = chain.Append<ITransformer>(transforms.CopyColumns(options.OutputColumnName + suffix, column));
        }

        return chain.Append<ITransformer>(transforms.DropColumns(
            SavedColumns.Seed,
            SavedColumns.Check,
            SavedColumns.Spec,
            SavedColumns.Source,
            SavedColumns.Image,
            SavedColumns.Pixels,
            SegmentationColumns.PhotoSize,
            SegmentationColumns.Logits,
            SegmentationColumns.Map,
            SegmentationColumns.MapSize,
            SegmentationColumns.Labels,
            SegmentationColumns.Shares,
            SegmentationColumns.Probabilities));
    }

    private IEstimator<ITransformer> PhotoMapping() =>
        kind == ImageColumnKind.Path ? transforms.CustomMapping(new PhotoPathMapping().GetMapping(), SegmentationContracts.Path)
        : kind == ImageColumnKind.Image ? transforms.CustomMapping(new PhotoImageMapping().GetMapping(), SegmentationContracts.Image)
        : transforms.CustomMapping(new PhotoEncodedMapping().GetMapping(), SegmentationContracts.Encoded);
}
