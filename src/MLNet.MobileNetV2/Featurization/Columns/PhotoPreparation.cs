using Microsoft.ML.Data;
using MLNet.MobileNetV2.Images;

namespace MLNet.MobileNetV2.Featurization.Columns;

/// <summary>
/// Prepares one photo a row inside a model whose results depend on the photo's size, which it keeps. Thread-safe.
/// </summary>
/// <param name="read">Reads from the model's specification how photos are prepared, and what happens with bad ones.</param>
/// <param name="badImageFound">Called for each bad one that does not throw; null for none.</param>
internal sealed class PhotoPreparation(
    Func<string, (ImagePreprocessing Preprocessing, BadImageHandling OnBadImage)> read, Action<BadImage>? badImageFound = null)
{
    private sealed record Prepared(ImagePreprocessor Preprocessor, int Side, BadImageHandling OnBadImage);

    private readonly LastSpec<Prepared> _last = new(json =>
    {
        (ImagePreprocessing preprocessing, BadImageHandling onBadImage) = read(json);
        return new(new ImagePreprocessor(preprocessing), preprocessing.Size, onBadImage);
    });

    public void Prepare(ISavedRow source, PreparedPhotoRow target)
    {
        (ImagePreprocessor preprocessor, int side, BadImageHandling onBadImage) = _last.Of(source.Spec);
        using var rgba = new PooledBytes(preprocessor.ByteCount);
        (int Width, int Height) size = default;
        try
        {
            source.Prepare(preprocessor, rgba.Span);
            size = source.Size;
        }
        catch (BadImageException error) when (onBadImage == BadImageHandling.MissingFeatures)
        {
            badImageFound?.Invoke(new BadImage(error.Path, error.Reason));
            rgba.Span.Clear();
        }

        // The row object is reused for the next row, when the previous image is no longer needed.
        target.Image?.Dispose();
        target.Image = MLImage.CreateFromPixels(side, side, MLPixelFormat.Rgba32, rgba.Span);
        target.PhotoSize = [size.Height, size.Width];
    }
}

/// <summary>A photo of exactly the network's input size, and the height and width that it had: 0 and 0 of a bad one.</summary>
internal sealed class PreparedPhotoRow
{
    [ColumnName(SavedColumns.Image)]
    [UnsizedImage]
    public MLImage? Image { get; set; }

    [ColumnName(SavedColumns.PhotoSize)]
    [VectorType(2)]
    public int[] PhotoSize { get; set; } = [0, 0];
}
