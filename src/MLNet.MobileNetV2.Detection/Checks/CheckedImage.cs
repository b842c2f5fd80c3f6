using MLNet.MobileNetV2.Images;

namespace MLNet.MobileNetV2.Detection.Checks;

/// <summary>What was found in one photo.</summary>
/// <param name="Findings">The findings in order.</param>
/// <param name="Usable">The photo with what of its boxes can be used; null where it cannot be used itself.</param>
internal sealed record CheckedImage(IReadOnlyList<DatasetFinding> Findings, DetectionImage? Usable)
{
    // Rounding moves edges by less: fractions with six decimals, pixels as float.
    private const float Tolerance = 0.5f;

    public static CheckedImage Of(DetectionImage image, HashSet<string> classes, CancellationToken cancellationToken)
    {
        ImageHeader size;
        try
        {
            size = Decode(image);
        }
        catch (BadImageException error)
        {
            string boxes = image.Boxes.Count > 0 ? FormattableString.Invariant($" It has {image.Boxes.Count} boxes.") : string.Empty;
            DatasetFinding bad = Finding(DatasetFault.BadImage, image, error.Message + boxes) with
            {
                BadImage = new(image.Source.Path, error.Reason),
            };
            return new([bad], Usable: null);
        }

        var findings = new List<DatasetFinding>();
        if (image is { Width: { } width, Height: { } height } && (width, height) != (size.Width, size.Height))
        {
            findings.Add(Finding(DatasetFault.SizeDiffers, image, Describe(image.ImagePath, size, width, height)));
        }

        bool[] isDoubled = DoubledBoxes.Find(image.Boxes, cancellationToken);
        var kept = new List<LabelledBox>(image.Boxes.Count);
        for (int index = 0; index < image.Boxes.Count; index++)
        {
            LabelledBox box = image.Boxes[index];
            DatasetFault? fault = !classes.Contains(box.Label) ? DatasetFault.UnknownClass
                : FaultOf(box.Box, size) ?? (isDoubled[index] ? DatasetFault.Doubled : null);
            DatasetFinding? finding = fault is { } found
                ? new(found, image.ImagePath, index, box.Label, Describe(found, image.ImagePath, index, box, size))
                : null;
            if (finding is not null)
            {
                findings.Add(finding);
            }

            if (finding?.Treatment != DatasetTreatment.Dropped)
            {
                kept.Add(box with { Box = box.Box.Clip(size.Width, size.Height) });
            }
        }

        if (image.Boxes.Count == 0)
        {
            findings.Add(Finding(DatasetFault.NoBoxes, image, $"The photo '{image.ImagePath}' has no boxes."));
        }

        return new(findings, image with { Width = size.Width, Height = size.Height, Boxes = kept.AsReadOnly() });
    }

    // A JPEG is decoded at an eighth of its size, which reads all of its data.
    private static ImageHeader Decode(DetectionImage image) => image.Source.Read(encoded =>
    {
        ImageHeader header = ImageDecoder.ReadHeader(encoded, image.ImagePath);
        ImageDecoder.Decode(encoded, image.ImagePath, leastSide: 1).Dispose();
        return header;
    });

    private static DatasetFault? FaultOf(BoundingBox box, ImageHeader size)
    {
        BoundingBox inside = box.Clip(size.Width, size.Height);
        return !box.IsFinite ? DatasetFault.NotFinite
            : box.Width < 0 || box.Height < 0 ? DatasetFault.Reversed
            : box.Width == 0 || box.Height == 0 ? DatasetFault.Empty
            : inside.Area <= 0 ? DatasetFault.Outside
            : Math.Min(box.X, box.Y) < -Tolerance || box.Right > size.Width + Tolerance || box.Bottom > size.Height + Tolerance
                ? DatasetFault.PartlyOutside
            : null;
    }

    private static DatasetFinding Finding(DatasetFault fault, DetectionImage image, string description) =>
        new(fault, image.ImagePath, BoxIndex: null, Label: null, description);

    private static string Describe(string path, ImageHeader size, int width, int height)
    {
        string turned = size.IsOnItsSide && (width, height) == (size.Height, size.Width)
            ? " That is its size before it is turned by its EXIF orientation: its boxes were probably drawn on the unturned picture."
            : string.Empty;
        return FormattableString.Invariant(
            $"The data set says that '{path}' has {width} x {height} pixels; upright, it has {size.Width} x {size.Height}.{turned}");
    }

    private static string Describe(DatasetFault fault, string path, int index, LabelledBox box, ImageHeader size) =>
        FormattableString.Invariant($"Box {index} of '{path}', a '{box.Label}' at {box.Box}, ") + fault switch
        {
            DatasetFault.UnknownClass => "is of none of the classes.",
            DatasetFault.NotFinite => "has a number that is not finite.",
            DatasetFault.Reversed => "has a negative side.",
            DatasetFault.Empty => "has no area.",
            DatasetFault.Doubled => "is there already.",
            DatasetFault.Outside => FormattableString.Invariant($"lies outside of the photo's {size.Width} x {size.Height} pixels."),
            _ => FormattableString.Invariant($"lies partly outside of the photo's {size.Width} x {size.Height} pixels."),
        };
}
