using MLNet.MobileNetV2.Detection.Datasets;
using MLNet.MobileNetV2.Numerics;
using MLNet.MobileNetV2.Validation;

namespace MLNet.MobileNetV2;

/// <summary>Photos with boxes around the objects in them, read from one of the usual formats. Immutable and thread-safe.</summary>
/// <remarks>
/// <para>
/// Boxes are read as they stand, faulty ones too; <see cref="DetectionDatasetCheck"/> finds those. They count in pixels of the upright
/// photo, from its left and top edge, whatever the format:
/// </para>
/// <list type="bullet">
/// <item>COCO: <c>bbox</c> is left, top, width, height. <c>iscrowd</c> makes a <see cref="LabelledBox.IsCrowd"/>. Classes are in the order
/// of category numbers. Pictures lie in the JSON's folder, in its folder <c>images</c>, or, where it lies in a folder <c>annotations</c>,
/// in the folder above or one there that is named like the file (<c>instances_val2017.json</c>: <c>val2017</c>) or <c>images</c>.</item>
/// <item>Pascal VOC: <c>xmin</c>, <c>ymin</c>, <c>xmax</c> and <c>ymax</c> are taken as edges, as today's tools write them. (The original
/// challenge counts pixels from 1: its boxes are one pixel short at the left and top.) Classes are in ordinal order. A picture lies beside
/// its XML file or, where that lies in <c>Annotations</c>, in <c>JPEGImages</c> or <c>images</c> beside that folder, under its
/// <c>filename</c> or the XML file's name. Pictures without an XML file are no part of the set.</item>
/// <item>YOLO: a line is a class number, counted from 0, then centre, width and height in fractions of the upright photo, so each picture
/// is opened to learn its size; or the corners of a polygon, of which the bounds are taken. Names are those of <c>data.yaml</c> or, a line
/// each, of <c>classes.txt</c>, in the folder or the one above. Labels lie beside the picture or in <c>labels</c> where the picture is in
/// <c>images</c>. A picture without labels has no boxes.</item>
/// <item>VoTT: a line is <c>image,xmin,ymin,xmax,ymax,label</c>, edges in pixels. Classes are in ordinal order. Pictures lie beside the
/// CSV file.</item>
/// </list>
/// <para>
/// The names of pictures must stay within the folder that they begin in. <c>data.yaml</c> alone may point elsewhere: its <c>path</c>,
/// <c>train</c>, <c>val</c> and <c>test</c> say where the pictures are.
/// </para>
/// </remarks>
public sealed class DetectionDataset
{
    internal DetectionDataset(
        string path, DetectionDatasetFormat format, IReadOnlyList<string> classes, IReadOnlyList<DetectionImage> images)
    {
        Path = path;
        Format = format;
        Classes = classes;
        Images = images;
    }

    /// <summary>The file or folder that was read.</summary>
    public string Path { get; }

    /// <summary>The format that it has.</summary>
    public DetectionDatasetFormat Format { get; }

    /// <summary>The classes, in an order that is the same each time; some may have no box.</summary>
    public IReadOnlyList<string> Classes { get; }

    /// <summary>The photos in the order of the file, or of their paths.</summary>
    public IReadOnlyList<DetectionImage> Images { get; }

    /// <summary>Whether a check left only what can be used; a part of a data set has what the whole had.</summary>
    internal bool IsChecked { get; init; }

    /// <summary>Whether no further check is needed to train on classes.</summary>
    internal bool IsUsableOf(IReadOnlyList<string> classes) => IsChecked && Classes.SequenceEqual(classes, StringComparer.Ordinal);

    /// <summary>Splits the photos at random.</summary>
    /// <param name="fraction">The share of the second part, above 0 and below 1; it has at least one photo.</param>
    /// <param name="seed">Decides which photos.</param>
    /// <returns>Two data sets of the same classes.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The fraction is not allowed.</exception>
    public (DetectionDataset Kept, DetectionDataset HeldOut) Split(double fraction, int seed = 0)
    {
        Require.That(fraction is > 0 and < 1, fraction, "more than 0 and less than 1");
        DetectionImage[] images = [.. Images];
        new SplitMix64(seed).Shuffle<DetectionImage>(images);
        int count = Math.Max(1, (int)Math.Round(fraction * images.Length));
        return (With(images[count..]), With(images[..count]));

        DetectionDataset With(DetectionImage[] part) => new(Path, Format, Classes, Array.AsReadOnly(part)) { IsChecked = IsChecked };
    }

    /// <summary>Reads a data set.</summary>
    /// <param name="path">
    /// A COCO <c>.json</c>, a VoTT <c>.csv</c>, a YOLO <c>.yaml</c>, or a folder. In a folder the first of these decides: <c>data.yaml</c>,
    /// <c>classes.txt</c>, XML files of Pascal VOC at any depth, a COCO JSON, a VoTT CSV.
    /// </param>
    /// <param name="options">How it is read; null for the defaults.</param>
    /// <param name="cancellationToken">Looked at between pictures and boxes.</param>
    /// <exception cref="DetectionDatasetException">It is missing or damaged; the message says where and what is allowed.</exception>
    /// <exception cref="ImageFolderException">A folder of pictures of a YOLO set is missing, empty or cannot be listed.</exception>
    /// <exception cref="ArgumentException">An option is not allowed.</exception>
    public static DetectionDataset Load(
        string path, DetectionDatasetOptions? options = null, CancellationToken cancellationToken = default)
    {
        Require.Text(path, "the path of a data set");
        options ??= new();
        DatasetSource source = DatasetSource.Find(path, options);
        DatasetBuilder builder = source.Format switch
        {
            DetectionDatasetFormat.Coco => CocoReader.Read(source.Path, options, cancellationToken),
            DetectionDatasetFormat.PascalVoc => VocReader.Read(source.Path, options, cancellationToken),
            DetectionDatasetFormat.Yolo => YoloReader.Read(source.Path, options, cancellationToken),
            _ => VottReader.Read(source.Path, options, cancellationToken),
        };
        return builder.Build(path, source.Format);
    }
}
