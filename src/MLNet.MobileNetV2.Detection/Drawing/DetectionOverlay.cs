using MLNet.MobileNetV2.Detection.Drawing;
using MLNet.MobileNetV2.Images;
using SkiaSharp;

namespace MLNet.MobileNetV2;

/// <summary>Draws the objects of photos. Thread-safe.</summary>
public static class DetectionOverlay
{
    /// <summary>
    /// Writes a photo, upright and at its own size, with its objects: a box in the class's colour, and beside it the class and the score.
    /// Labels do not cover one another where there is room. A file there is replaced in one step.
    /// </summary>
    /// <param name="photo">The path of the photo.</param>
    /// <param name="objects">Its objects, best first.</param>
    /// <param name="path">Where to: .jpg, .jpeg, .png or .webp.</param>
    /// <param name="truth">True boxes, drawn below as broken white lines; null for none.</param>
    /// <param name="cancellationToken">Stops the call between its steps.</param>
    /// <exception cref="ArgumentException">The extension is not allowed.</exception>
    /// <exception cref="BadImageException">The photo cannot be used.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Save(
        string photo,
        IReadOnlyList<DetectedObject> objects,
        string path,
        IReadOnlyList<LabelledBox>? truth = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(photo);
        ArgumentNullException.ThrowIfNull(objects);
        ArgumentException.ThrowIfNullOrEmpty(path);
        _ = PhotoPicture.FormatOf(path);
        using var picture = PhotoPicture.Read(photo);
        cancellationToken.ThrowIfCancellationRequested();
        using (var canvas = new SKCanvas(picture.Bitmap))
        {
            BoxPainter.Paint(canvas, picture.Width, picture.Height, objects, truth ?? []);
        }

        cancellationToken.ThrowIfCancellationRequested();
        picture.Save(path);
    }
}
