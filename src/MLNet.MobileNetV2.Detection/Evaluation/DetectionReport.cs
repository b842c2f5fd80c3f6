using System.Text;
using MLNet.MobileNetV2.Detection.Evaluation;
using MLNet.MobileNetV2.Machine;

namespace MLNet.MobileNetV2;

/// <summary>How well found objects agree with the true boxes: COCO's average precision. Immutable and thread-safe.</summary>
/// <remarks>
/// <para>
/// The objects of a class are taken best first over all images. One is right where it overlaps a true box of its class, which no better one
/// has, by at least a threshold (intersection over union); of several such boxes it has the one that it overlaps most. Average precision is
/// the mean, over the recalls 0, 0.01, … 1, of the best precision at that recall or a higher one, and 0 where the recall is not reached.
/// </para>
/// <para>
/// Of each class at most 100 objects an image count, the best. Crowds and difficult boxes need not be found, and what is found in them is
/// neither right nor wrong; in a crowd any number of objects may be, and of an object the share that lies in it counts. Areas are those of
/// boxes, where COCO's own tool takes those of outlines.
/// </para>
/// </remarks>
public sealed class DetectionReport
{
    // As the challenge divides objects, in pixels.
    private const double SmallArea = 32 * 32;
    private const double MediumArea = 96 * 96;

    private DetectionReport(IReadOnlyList<DetectionClassReport> classes, int images, IReadOnlyList<double> bySize)
    {
        Classes = classes;
        Images = images;
        MeanAveragePrecisionSmall = bySize[0];
        MeanAveragePrecisionMedium = bySize[1];
        MeanAveragePrecisionLarge = bySize[2];
    }

    /// <summary>The classes in the order that was given.</summary>
    public IReadOnlyList<DetectionClassReport> Classes { get; }

    /// <summary>Number of images.</summary>
    public int Images { get; }

    /// <summary>Number of true boxes, without crowds and difficult ones.</summary>
    public int Boxes => Classes.Sum(item => item.Boxes);

    /// <summary>
    /// Mean average precision (mAP) over the overlaps 0.50, 0.55, … 0.95 and over the classes that have boxes; NaN where none has.
    /// </summary>
    public double MeanAveragePrecision => Mean(Classes.Select(item => item.AveragePrecision));

    /// <summary>Mean average precision at an overlap of at least 0.5.</summary>
    public double MeanAveragePrecision50 => Mean(Classes.Select(item => item.AveragePrecision50));

    /// <summary>Mean average precision at an overlap of at least 0.75.</summary>
    public double MeanAveragePrecision75 => Mean(Classes.Select(item => item.AveragePrecision75));

    /// <summary>The same as <see cref="MeanAveragePrecision"/> for boxes of up to 32 x 32 pixels; NaN where there are none.</summary>
    public double MeanAveragePrecisionSmall { get; }

    /// <summary>The same for boxes from 32 x 32 to 96 x 96 pixels.</summary>
    public double MeanAveragePrecisionMedium { get; }

    /// <summary>The same for boxes from 96 x 96 pixels up.</summary>
    public double MeanAveragePrecisionLarge { get; }

    /// <summary>Compares what was found with the truth.</summary>
    /// <param name="classes">The classes that count. Objects of others that are found do not.</param>
    /// <param name="images">For each image its true boxes and the objects found in it, in any order.</param>
    /// <param name="cancellationToken">Looked at between images and classes.</param>
    /// <exception cref="ArgumentException">
    /// There is no class or image, a class is named twice, a true box is of another class, or a score or box is not finite.
    /// </exception>
    public static DetectionReport Create(
        IReadOnlyList<string> classes,
        IEnumerable<(IReadOnlyList<LabelledBox> Truth, IReadOnlyList<DetectedObject> Found)> images,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(classes);
        ArgumentNullException.ThrowIfNull(images);
        var boxes = new ClassBoxes(classes);
        foreach ((IReadOnlyList<LabelledBox> truth, IReadOnlyList<DetectedObject> found) in images)
        {
            cancellationToken.ThrowIfCancellationRequested();
            boxes.Add(truth, found);
        }

        if (boxes.Images == 0)
        {
            throw new ArgumentException("There is no image to report on.", nameof(images));
        }

        var reports = new List<DetectionClassReport>();
        double[][] bySize = [new double[classes.Count], new double[classes.Count], new double[classes.Count]];
        for (int index = 0; index < classes.Count; index++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            IReadOnlyList<ImageBoxes> ofClass = boxes.Of(index);
            reports.Add(Report(classes[index], ClassPrecision.Of(ofClass, AreaRange.All)));
            bySize[0][index] = ClassPrecision.Of(ofClass, new(0, SmallArea)).Mean;
            bySize[1][index] = ClassPrecision.Of(ofClass, new(SmallArea, MediumArea)).Mean;
            bySize[2][index] = ClassPrecision.Of(ofClass, new(MediumArea, double.PositiveInfinity)).Mean;
        }

        return new(reports.AsReadOnly(), boxes.Images, [.. bySize.Select(Mean)]);
    }

    /// <summary>
    /// Writes the precision-recall curves of the classes, at an overlap of 0.5, as an SVG picture. A file there is replaced in one step.
    /// </summary>
    /// <param name="path">Where to.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void SaveCurves(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        byte[] svg = Encoding.UTF8.GetBytes(PrecisionRecallDrawing.Write(this));
        AtomicFile.Write(path, stream => stream.Write(svg));
    }

    private static DetectionClassReport Report(string label, ClassPrecision precision) => new(
        label, precision.Boxes, precision.Mean, precision.At(0.5), precision.At(0.75), precision.Curve(0.5));

    private static double Mean(IEnumerable<double> values) =>
        values.Where(double.IsFinite).DefaultIfEmpty(double.NaN).Average();
}
