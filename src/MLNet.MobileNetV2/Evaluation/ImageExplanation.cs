using MLNet.MobileNetV2.Evaluation;
using MLNet.MobileNetV2.Images;

namespace MLNet.MobileNetV2;

/// <summary>
/// Why an image has the score of a class: the class activation map (arXiv 1512.04150), which for a linear classifier on pooled features is
/// exact. Immutable and thread-safe.
/// </summary>
public sealed class ImageExplanation
{
    private readonly CropBox _region;

    internal ImageExplanation(
        ClassScore score, float[] map, float bias, (int Width, int Height) image, ImagePreprocessing preprocessing)
    {
        Index = score.Index;
        Label = score.Label;
        Score = score.Score;
        Side = (int)Math.Round(Math.Sqrt(map.Length));
        Map = map;
        Bias = bias;
        (ImageWidth, ImageHeight) = image;
        _region = CropBox.Of(preprocessing, ImageWidth, ImageHeight);
    }

    /// <summary>The class's index, from 0.</summary>
    public int Index { get; }

    /// <summary>The class's name.</summary>
    public string Label { get; }

    /// <summary>The class's probability.</summary>
    public float Score { get; }

    /// <summary>
    /// What each place of the image says for the class (above 0) or against it, row after row: <see cref="Side"/> x <see cref="Side"/>
    /// values, whose mean is <see cref="Logit"/> less <see cref="Bias"/>.
    /// </summary>
    public ReadOnlyMemory<float> Map { get; }

    /// <summary>Rows, and columns, of the map; 7 for an input of 224 pixels.</summary>
    public int Side { get; }

    /// <summary>The class's score before the softmax.</summary>
    public float Logit => Bias + Mean(Map.Span);

    /// <summary>The part of the logit that does not depend on the image.</summary>
    public float Bias { get; }

    /// <summary>Width of the upright image in pixels.</summary>
    public int ImageWidth { get; }

    /// <summary>Height of the upright image in pixels.</summary>
    public int ImageHeight { get; }

    /// <summary>
    /// Writes the photo, upright and at its own size, tinted by the map: from dark where nothing speaks for the class to yellow where most
    /// does. What the network does not see of it stays dark. A file there is replaced in one step.
    /// </summary>
    /// <param name="photo">The path of the image that was explained.</param>
    /// <param name="path">Where to: .jpg, .jpeg, .png or .webp.</param>
    /// <param name="cancellationToken">Looked at between rows.</param>
    /// <exception cref="ArgumentException">
    /// The extension is not allowed, or the photo has another size than the explained image.
    /// </exception>
    /// <exception cref="BadImageException">The photo cannot be used.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void SaveOverlay(string photo, string path, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(photo);
        ArgumentException.ThrowIfNullOrEmpty(path);
        _ = PhotoPicture.FormatOf(path);
        using var picture = PhotoPicture.Read(photo, (ImageWidth, ImageHeight), "explained");
        Tint(picture, cancellationToken);
        picture.Save(path);
    }

    /// <summary>Tints a picture of the photo, upright and of any size.</summary>
    internal void Tint(PhotoPicture picture, CancellationToken cancellationToken)
    {
        (double across, double down) = ((double)picture.Width / ImageWidth, (double)picture.Height / ImageHeight);
        var region = new CropBox(_region.Left * across, _region.Top * down, _region.Width * across, _region.Height * down);
        ActivationOverlay.Draw(picture, Map.Span, Side, region, cancellationToken);
    }

    private static float Mean(ReadOnlySpan<float> map)
    {
        double sum = 0;
        foreach (float value in map)
        {
            sum += value;
        }

        return (float)(sum / map.Length);
    }
}
