using Microsoft.ML.Data;
using Microsoft.ML.Transforms;
using MLNet.MobileNetV2.Featurization.Columns;
using MLNet.MobileNetV2.Images;

namespace MLNet.MobileNetV2.Segmentation.Saving;

/// <summary>Prepares one photo a row. Thread-safe.</summary>
internal sealed class PhotoPreparation
{
    private sealed record Prepared(ImagePreprocessor Preprocessor, int Side);

    private readonly LastSpec<Prepared> _last = new(spec => new(new ImagePreprocessor(spec.Preprocessing), spec.Preprocessing.Size));

    public void Prepare(ISavedRow source, PreparedPhotoRow target)
    {
        (ImagePreprocessor preprocessor, int side) = _last.Of(source.Spec);
        using var rgba = new PooledBytes(preprocessor.ByteCount);
        source.Prepare(preprocessor, rgba.Span);
        (int width, int height) = source.Size;

        // The row object is reused for the next row, when the previous image is no longer needed.
        target.Image?.Dispose();
        target.Image = MLImage.CreateFromPixels(side, side, MLPixelFormat.Rgba32, rgba.Span);
        target.PhotoSize = [height, width];
    }
}

/// <summary>A photo of exactly the network's input size, and the height and width that it had.</summary>
internal sealed class PreparedPhotoRow
{
    [ColumnName(SavedColumns.Image)]
    [UnsizedImage]
    public MLImage? Image { get; set; }

    [ColumnName(SegmentationColumns.PhotoSize)]
    [VectorType(2)]
    public int[] PhotoSize { get; set; } = [0, 0];
}

/// <summary>Prepares photos named by path.</summary>
[CustomMappingFactoryAttribute(SegmentationContracts.Path)]
internal sealed class PhotoPathMapping : CustomMappingFactory<SavedPathRow, PreparedPhotoRow>
{
    public override Action<SavedPathRow, PreparedPhotoRow> GetMapping() => new PhotoPreparation().Prepare;
}

/// <summary>Prepares decoded photos.</summary>
[CustomMappingFactoryAttribute(SegmentationContracts.Image)]
internal sealed class PhotoImageMapping : CustomMappingFactory<SavedImageRow, PreparedPhotoRow>
{
    public override Action<SavedImageRow, PreparedPhotoRow> GetMapping() => new PhotoPreparation().Prepare;
}

/// <summary>Prepares encoded photos.</summary>
[CustomMappingFactoryAttribute(SegmentationContracts.Encoded)]
internal sealed class PhotoEncodedMapping : CustomMappingFactory<SavedEncodedRow, PreparedPhotoRow>
{
    public override Action<SavedEncodedRow, PreparedPhotoRow> GetMapping() => new PhotoPreparation().Prepare;
}
