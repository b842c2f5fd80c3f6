using MLNet.MobileNetV2.Images;
using MLNet.MobileNetV2.Machine;
using MLNet.MobileNetV2.Segmentation.Maps;
using MLNet.MobileNetV2.Validation;

namespace MLNet.MobileNetV2;

/// <summary>The class of each pixel of an image. Immutable and thread-safe.</summary>
public sealed class SegmentedImage
{
    private readonly LogitMap _logits;
    private readonly int _classCount;

    internal SegmentedImage(
        LogitMap logits,
        IReadOnlyList<string> labels,
        (int Width, int Height) image,
        (int Width, int Height) map,
        CancellationToken cancellationToken)
    {
        _logits = logits;
        _classCount = labels.Count;
        (ImageWidth, ImageHeight) = image;
        (Width, Height) = map;
        byte[] classes = logits.Classes(Width, Height, cancellationToken);
        ClassMap = classes;
        Classes = Shares(classes, labels);
    }

    /// <summary>Width of the upright image in pixels.</summary>
    public int ImageWidth { get; }

    /// <summary>Height of the upright image in pixels.</summary>
    public int ImageHeight { get; }

    /// <summary>Width of <see cref="ClassMap"/> in pixels.</summary>
    public int Width { get; }

    /// <summary>Height of <see cref="ClassMap"/> in pixels.</summary>
    public int Height { get; }

    /// <summary>The number of each pixel's class, row after row: <see cref="Width"/> x <see cref="Height"/>.</summary>
    public ReadOnlyMemory<byte> ClassMap { get; }

    /// <summary>The classes that the image has, the background among them, with the largest first.</summary>
    public IReadOnlyList<SegmentedClass> Classes { get; }

    /// <summary>The probability of a class at each pixel of the map, row after row. It is computed anew at each call.</summary>
    /// <param name="classIndex">The number of the class.</param>
    /// <returns><see cref="Width"/> x <see cref="Height"/> values from 0 to 1; those of all classes have the sum 1 at each pixel.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such class.</exception>
    public float[] ProbabilitiesOf(int classIndex)
    {
        Require.Between(0, _classCount - 1, classIndex);
        return _logits.Probabilities(classIndex, Width, Height);
    }

    /// <summary>
    /// Writes the map as a PNG with a palette, which replaces a file there in one step: the values of the pixels are the numbers of the
    /// classes, the colours Pascal VOC's.
    /// </summary>
    /// <param name="path">Where to.</param>
    public void SavePng(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        AtomicFile.Write(path, SavePng);
    }

    /// <summary>Writes the same PNG to a stream, which stays open.</summary>
    /// <param name="stream">Where to.</param>
    public void SavePng(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        PalettePng.Write(stream, ClassMap.Span, Width, VocPalette.Colours);
    }

    /// <summary>
    /// Writes the photo, upright and at its own size, with the pixels of each class but the background half in the class's colour, and a
    /// white line where classes meet. A file there is replaced in one step.
    /// </summary>
    /// <param name="photo">The path of the image that was segmented.</param>
    /// <param name="path">Where to: .jpg, .jpeg, .png or .webp.</param>
    /// <param name="cancellationToken">Looked at between rows.</param>
    /// <exception cref="ArgumentException">
    /// The extension is not allowed, or the photo has another size than the segmented image.
    /// </exception>
    /// <exception cref="BadImageException">The photo cannot be used.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void SaveOverlay(string photo, string path, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(photo);
        ArgumentException.ThrowIfNullOrEmpty(path);
        _ = PhotoPicture.FormatOf(path);
        using var picture = PhotoPicture.Read(photo, (ImageWidth, ImageHeight), "segmented");
        ReadOnlySpan<byte> map = (Width, Height) == (ImageWidth, ImageHeight)
            ? ClassMap.Span
            : _logits.Classes(ImageWidth, ImageHeight, cancellationToken);
        ClassOverlay.Draw(picture, map, cancellationToken);
        picture.Save(path);
    }

    private static SegmentedClass[] Shares(ReadOnlySpan<byte> map, IReadOnlyList<string> labels)
    {
        long[] pixels = new long[labels.Count];
        foreach (byte number in map)
        {
            pixels[number]++;
        }

        double all = map.Length;
        return
        [
            .. pixels.Index()
                .Where(entry => entry.Item > 0)
                .OrderByDescending(entry => entry.Item)
                .Select(entry => new SegmentedClass(entry.Index, labels[entry.Index], entry.Item / all)),
        ];
    }
}

/// <summary>A class of a segmented image. Immutable and thread-safe.</summary>
public sealed class SegmentedClass
{
    internal SegmentedClass(int index, string label, double share)
    {
        Index = index;
        Label = label;
        Share = share;
    }

    /// <summary>The number of the class, which is the value of its pixels.</summary>
    public int Index { get; }

    /// <summary>The name of the class.</summary>
    public string Label { get; }

    /// <summary>The share of the map's pixels that are of the class, above 0 and up to 1.</summary>
    public double Share { get; }

    /// <summary>The name and the share.</summary>
    public override string ToString() => FormattableString.Invariant($"{Label} {Share:P1}");
}
