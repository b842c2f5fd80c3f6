using System.Globalization;
using MLNet.MobileNetV2.Images;
using MLNet.MobileNetV2.Numerics;

namespace MLNet.MobileNetV2.Detection.Datasets;

/// <summary>Reads YOLO's text files, one a picture.</summary>
internal static class YoloReader
{
    private const int MostFields = 100_000;

    public static DatasetBuilder Read(string path, DetectionDatasetOptions options, CancellationToken cancellationToken)
    {
        var names = YoloNames.Read(path, options.Split);
        string[] sources = options.ImageFolder is { } folder ? [folder] : [.. names.Sources ?? [path]];
        YoloPicture[] pictures = YoloPicture.Find(sources, names.File, cancellationToken);
        var read = new YoloImage[pictures.Length];
        new ParallelLoop(0, cancellationToken).For(pictures.Length, index => read[index] = Read(pictures[index], names.Names));

        var builder = new DatasetBuilder(path) { Classes = names.Names };
        foreach (YoloImage image in read)
        {
            int number = builder.AddImage(image.Path, image.Size?.Width, image.Size?.Height);
            foreach (LabelledBox box in image.Boxes)
            {
                builder.AddBox(number, box);
            }
        }

        return builder;
    }

    // Without its picture's size a box has no place: the picture is left without boxes, and the check finds it.
    private static YoloImage Read(YoloPicture picture, IReadOnlyList<string> names)
    {
        ImageHeader? size = SizeOf(picture.Image);
        List<(int Class, BoundingBox Box)> lines = picture.Labels is { } labels ? [.. ReadLabels(labels)] : [];
        return new(picture.Image, size, size is null ? [] : [.. lines.Select(line => new LabelledBox(
            line.Class < names.Count ? names[line.Class] : DatasetBuilder.Unknown(line.Class), Scale(line.Box, size)))]);
    }

    private static ImageHeader? SizeOf(string path)
    {
        try
        {
            return ImageHeader.Read(path);
        }
        catch (BadImageException)
        {
            return null;
        }
    }

    private static BoundingBox Scale(BoundingBox box, ImageHeader size) =>
        new(box.X * size.Width, box.Y * size.Height, box.Width * size.Width, box.Height * size.Height);

    private static IEnumerable<(int Class, BoundingBox Box)> ReadLabels(string file)
    {
        int number = 0;
        foreach (string line in DatasetText.Lines(file))
        {
            number++;
            string[] fields = line.Split((char[]?)null, MostFields, StringSplitOptions.RemoveEmptyEntries);
            if (fields.Length > 0)
            {
                yield return ReadLine(file, number, fields);
            }
        }
    }

    private static (int Class, BoundingBox Box) ReadLine(string file, int line, string[] fields)
    {
        bool isPolygon = fields.Length >= 7 && fields.Length % 2 == 1;
        if (fields.Length != 5 && !isPolygon)
        {
            throw new DetectionDatasetException(
                file, $"line {line} has {fields.Length} values; a class and 4 numbers, or a class and a polygon's corners, are needed.");
        }

        // Some tools write whole numbers as 0.0.
        if (!DatasetText.TryNumber(fields[0], out float number) || number < 0 || number != MathF.Floor(number) || number >= int.MaxValue)
        {
            throw new DetectionDatasetException(
                file, $"line {line} has the class {DatasetText.Shown(fields[0])}; a number from 0 up is needed.");
        }

        var values = new float[fields.Length - 1];
        for (int index = 0; index < values.Length; index++)
        {
            if (!DatasetText.TryNumber(fields[index + 1], out values[index]))
            {
                throw new DetectionDatasetException(
                    file, string.Create(CultureInfo.InvariantCulture, $"line {line} has {DatasetText.Shown(fields[index + 1])} ")
                        + $"as value {index + 2}; a number is needed.");
            }
        }

        return ((int)number, isPolygon ? Bounds(values) : new(
            values[0] - (values[2] / 2), values[1] - (values[3] / 2), values[2], values[3]));
    }

    private static BoundingBox Bounds(float[] corners)
    {
        float[] x = [.. corners.Where((_, index) => index % 2 == 0)];
        float[] y = [.. corners.Where((_, index) => index % 2 == 1)];

        // The least of values with NaN among them is NaN in .NET, and so is the largest of these.
        return BoundingBox.FromEdges(x.Min(), y.Min(), Largest(x), Largest(y));
    }

    private static float Largest(float[] values) => values.Any(float.IsNaN) ? float.NaN : values.Max();

    private sealed record YoloImage(string Path, ImageHeader? Size, IReadOnlyList<LabelledBox> Boxes);
}
