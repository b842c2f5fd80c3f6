using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.MobileNetV2.Featurization.Columns;
using MLNet.MobileNetV2.Featurization.LookAhead;
using MLNet.MobileNetV2.Images;

namespace MLNet.MobileNetV2.Featurization;

/// <summary>Makes the in-process row mapping, picture to features, of one column kind.</summary>
internal sealed class FeaturizerMapping(FeaturizerRun run)
{
    /// <summary>The mapping as an estimator of ML.NET's, which brings cursors, row mappers and schema rules.</summary>
    /// <param name="transforms">The catalog that makes it.</param>
    /// <param name="columns">The columns, of which the kind chooses the mapping.</param>
    /// <param name="features">The type of the features column.</param>
    /// <param name="mapping">What maps rows; null where only the schema is asked for.</param>
    /// <param name="size">Side of the network's input in pixels.</param>
    /// <param name="imageType">The type of a column of images; null for the one of <see cref="UnsizedImageAttribute"/>.</param>
    public static IEstimator<ITransformer> Estimator(
        TransformsCatalog transforms,
        FeaturizerColumns columns,
        VectorDataViewType features,
        FeaturizerMapping? mapping,
        int size,
        DataViewType? imageType = null)
    {
        SchemaDefinition output = FeaturizerSchema.Output(columns.Output, features);
        return columns.Kind switch
        {
            ImageColumnKind.Path => transforms.CustomMapping<PathRow, FeaturesRow>(
                (source, target) => mapping!.Map(source, target), null, FeaturizerSchema.Input<PathRow>(columns.Input), output),
            ImageColumnKind.Image => transforms.CustomMapping<ImageRow, FeaturesRow>(
                (source, target) => mapping!.Map(source, target), null, FeaturizerSchema.Input<ImageRow>(columns.Input, imageType), output),
            ImageColumnKind.Encoded => transforms.CustomMapping<EncodedRow, FeaturesRow>(
                (source, target) => mapping!.Map(source, target), null, FeaturizerSchema.Input<EncodedRow>(columns.Input), output),
            _ => transforms.CustomMapping<PixelsRow, FeaturesRow>(
                (source, target) => mapping!.Map(source, target),
                null,
                FeaturizerSchema.Input<PixelsRow>(columns.Input, FeaturizerSchema.PixelsType(size)),
                output),
        };
    }

    private void Map(PathRow source, FeaturesRow target)
    {
        string path = source.Source.ToString();
        Fill(target, path, path, static (preprocessor, path, pixels) => preprocessor.FromFile(path, pixels));
    }

    private void Map(ImageRow source, FeaturesRow target) =>
        Fill(target, null, source.Source, static (preprocessor, image, pixels) => preprocessor.FromImage(image, pixels));

    private void Map(EncodedRow source, FeaturesRow target) =>
        Fill(target, null, source.Source, static (preprocessor, bytes, pixels) => preprocessor.FromEncoded(EncodedPicture.Dense(bytes), null, pixels));

    private void Map(PixelsRow source, FeaturesRow target) =>
        Fill(target, null, source.Source, static (_, values, pixels) => values.CopyTo(pixels));

    private void Fill<TSource>(FeaturesRow target, string? path, TSource source, Action<ImagePreprocessor, TSource, Span<float>> prepare)
    {
        run.Options.CancellationToken.ThrowIfCancellationRequested();
        VBuffer<float> features = target.Features;
        VBufferEditor<float> editor = VBufferEditor.Create(ref features, run.Network.OutputLength);
        try
        {
            run.Network.Run(source, prepare, editor.Values);
        }
        catch (BadImageException error) when (run.Options.OnBadImage == BadImageHandling.MissingFeatures)
        {
            run.Miss(editor.Values, path, error);
        }

        target.Features = editor.Commit();
        run.Report();
    }
}
