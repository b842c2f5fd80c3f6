using Microsoft.ML.Data;
using MLNet.MobileNetV2.Featurization.Columns;
using MLNet.MobileNetV2.Images;

namespace MLNet.MobileNetV2.Featurization.Saving;

/// <summary>Prepares one picture a row inside a loaded model. Thread-safe.</summary>
internal sealed class SavedPreparation
{
    private sealed record Prepared(string Json, FeaturizerSpec Spec, ImagePreprocessor Preprocessor);

    // The specification is constant over the rows, so the last one is nearly always the right one.
    private volatile Prepared? _last;

    public void Prepare(SavedPathRow source, SavedPreparedRow target) =>
        Prepare(source.Spec, source, static (preprocessor, row, rgba) => preprocessor.FromFile(row.Source.ToString(), rgba), target);

    public void Prepare(SavedImageRow source, SavedPreparedRow target) =>
        Prepare(source.Spec, source, static (preprocessor, row, rgba) => preprocessor.FromImage(row.Source, rgba), target);

    public void Prepare(SavedEncodedRow source, SavedPreparedRow target) =>
        Prepare(source.Spec, source, static (preprocessor, row, rgba) => preprocessor.FromEncoded(EncodedPicture.Dense(row.Source), null, rgba), target);

    private void Prepare<TRow>(
        ReadOnlyMemory<char> json, TRow source, Action<ImagePreprocessor, TRow, Span<byte>> read, SavedPreparedRow target)
    {
        Prepared prepared = For(json);
        int size = prepared.Spec.Preprocessing.Size;
        using var rgba = new PooledBytes(prepared.Preprocessor.ByteCount);
        float missing = 0;
        try
        {
            read(prepared.Preprocessor, source, rgba.Span);
        }
        catch (BadImageException) when (prepared.Spec.OnBadImage == BadImageHandling.MissingFeatures)
        {
            rgba.Span.Clear();
            missing = float.NaN;
        }

        // The row object is used again for the next row, when nobody needs the picture before any more.
        target.Image?.Dispose();
        target.Image = MLImage.CreateFromPixels(size, size, MLPixelFormat.Rgba32, rgba.Span);
        target.Missing = [missing];
    }

    private Prepared For(ReadOnlyMemory<char> json)
    {
        Prepared? last = _last;
        if (last is not null && json.Span.SequenceEqual(last.Json))
        {
            return last;
        }

        string text = json.ToString();
        FeaturizerSpec spec = FeaturizerSpec.Parse(text);
        return _last = new Prepared(text, spec, new ImagePreprocessor(spec.Preprocessing));
    }
}
