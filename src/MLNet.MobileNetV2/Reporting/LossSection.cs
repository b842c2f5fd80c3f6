using static MLNet.MobileNetV2.Reporting.ReportText;

namespace MLNet.MobileNetV2.Reporting;

/// <summary>The photos that the classifier is furthest from.</summary>
internal static class LossSection
{
    private const int MostPhotos = 100;

    /// <summary>Writes the photos with the greatest losses, beside them what speaks for the prediction where that can be said.</summary>
    public static void Write(HtmlWriter html, ClassificationReport report, PhotoAlbum album)
    {
        ImageLoss[] losses = [.. report.TopLosses.Take(MostPhotos)];
        bool isExplained = losses.Any(image => image.Path is { } path && album.AddExplained(path, image.Predicted) is not null);
        html.Element("p", "The photos to whose true class the least probability was given: hard, or wrongly labelled."
            + (isExplained ? " Beside each, bright, what speaks for the class that was predicted." : string.Empty));
        using (html.In("ul", ("class", "photos")))
        {
            foreach (ImageLoss image in losses)
            {
                using (html.In("li"))
                {
                    PhotoFigure.Write(
                        html,
                        Pictures(image, album),
                        image.Path,
                        $"{Name(image.Truth)}, predicted {Name(image.Predicted)} with {Percent(image.Score)}",
                        $"loss {Number(image.Loss)}");
                }
            }
        }
    }

    private static IEnumerable<(int Place, string Shown)> Pictures(ImageLoss image, PhotoAlbum album)
    {
        if (image.Path is not { } path)
        {
            yield break;
        }

        yield return (album.Add(path), $"A photo of the class {image.Truth}");
        if (album.AddExplained(path, image.Predicted) is { } explained)
        {
            yield return (explained, $"The same photo, bright where it speaks for {image.Predicted}");
        }
    }
}
