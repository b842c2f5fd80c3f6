using MLNet.MobileNetV2.Images;
using Microsoft.ML.Data;

namespace MLNet.MobileNetV2.Featurization.Columns;

/// <summary>Prepares one image a row inside a loaded model. Thread-safe.</summary>
internal sealed class SavedPreparation
{
    private sealed record Prepared(FeaturizerSpec Spec, ImagePreprocessor Preprocessor);

    private readonly LastSpec<Prepared> _last = new(json =>
    {
        FeaturizerSpec spec = FeaturizerSpec.Parse(json);
        return new(spec, new ImagePreprocessor(spec.Preprocessing));
    });

    /// <summary>Prepares a row's image.</summary>
    public void Prepare(ISavedRow source, SavedPreparedRow target)
    {
        Prepared prepared = _last.Of(source.Spec);
        int size = prepared.Spec.Preprocessing.Size;
        using var rgba = new PooledBytes(prepared.Preprocessor.ByteCount);
        float missing = 0;
        try
        {
            source.Prepare(prepared.Preprocessor, rgba.Span);
        }
        catch (BadImageException) when (prepared.Spec.OnBadImage == BadImageHandling.MissingFeatures)
        {
            rgba.Span.Clear();
            missing = float.NaN;
        }

        // The row object is reused for the next row, when the previous image is no longer needed.
        target.Image?.Dispose();
        target.Image = MLImage.CreateFromPixels(size, size, MLPixelFormat.Rgba32, rgba.Span);
        target.Missing = [missing];
    }
}

/// <summary>A prepared image of exactly the network's input size; missing is 0, or NaN if there is no image.</summary>
internal sealed class SavedPreparedRow
{
    [ColumnName(SavedColumns.Image)]
    [UnsizedImage]
    public MLImage? Image { get; set; }

    [ColumnName(SavedColumns.Missing)]
    [VectorType(1)]
    public float[] Missing { get; set; } = [0];
}
