using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.MobileNetV2.Images;

namespace MLNet.MobileNetV2.Featurization;

/// <summary>Makes the in-process row mapping, picture to features, of one column kind.</summary>
internal sealed class FeaturizerMapping(PictureNetwork network, MobileNetV2FeaturizerOptions options)
{
    private long _imageCount;

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
        Fill(target, path, (network, path), static (state, features) => state.network.RunFile(state.path, features));
    }

    private void Map(ImageRow source, FeaturesRow target) => Fill(
        target,
        null,
        (network, source.Source),
        static (state, features) => state.network.RunImage(state.Source, features));

    private void Map(EncodedRow source, FeaturesRow target) => Fill(
        target,
        null,
        (network, source.Source),
        static (state, features) => state.network.RunEncoded(EncodedPicture.Dense(state.Source), features));

    private void Map(PixelsRow source, FeaturesRow target) => Fill(
        target,
        null,
        (network, source.Source),
        static (state, features) => state.network.RunPixels(state.Source, features));

    private void Fill<TState>(FeaturesRow target, string? path, TState state, Action<TState, Span<float>> featurize)
    {
        options.CancellationToken.ThrowIfCancellationRequested();
        VBuffer<float> features = target.Features;
        VBufferEditor<float> editor = VBufferEditor.Create(ref features, network.OutputLength);
        try
        {
            featurize(state, editor.Values);
        }
        catch (BadImageException error) when (options.OnBadImage == BadImageHandling.MissingFeatures)
        {
            editor.Values.Fill(float.NaN);
            options.BadImageFound?.Invoke(new BadImage(path, error.Reason));
        }

        target.Features = editor.Commit();
        options.Progress?.Report(Interlocked.Increment(ref _imageCount));
    }
}
