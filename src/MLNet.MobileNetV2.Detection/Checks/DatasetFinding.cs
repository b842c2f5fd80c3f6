namespace MLNet.MobileNetV2;

/// <summary>What may be wrong with a data set of boxes.</summary>
public enum DatasetFault
{
    /// <summary>A number of the box is NaN or infinite: dropped.</summary>
    NotFinite,

    /// <summary>A side of the box is negative, as where edges are exchanged: dropped.</summary>
    Reversed,

    /// <summary>The box has no width or no height: dropped.</summary>
    Empty,

    /// <summary>The box lies beside the photo: dropped.</summary>
    Outside,

    /// <summary>More than half a pixel of the box lies outside of the photo: clipped.</summary>
    PartlyOutside,

    /// <summary>Another box of the photo has the same class and covers the same (intersection over union at least 0.99): dropped.</summary>
    Doubled,

    /// <summary>The box is of a class that is not one of the classes: dropped.</summary>
    UnknownClass,

    /// <summary>The picture is missing or cannot be read: dropped with its boxes.</summary>
    BadImage,

    /// <summary>The upright photo has another size than the data set says, so its boxes may lie elsewhere: kept.</summary>
    SizeDiffers,

    /// <summary>The photo has no box, and is learned as background: kept.</summary>
    NoBoxes,

    /// <summary>The class has few boxes or none: kept.</summary>
    FewBoxes,
}

/// <summary>What training does with something that was found.</summary>
public enum DatasetTreatment
{
    /// <summary>It is used as it stands.</summary>
    Kept,

    /// <summary>The part inside the photo is used.</summary>
    Clipped,

    /// <summary>It is left out.</summary>
    Dropped,
}

/// <summary>Something that was found in a data set. Immutable and thread-safe.</summary>
/// <param name="Fault">What it is.</param>
/// <param name="ImagePath">The photo; null where it is about a class.</param>
/// <param name="BoxIndex">Which of the photo's boxes, from 0; null where it is about none.</param>
/// <param name="Label">The class of the box; null where it is about none.</param>
/// <param name="Description">A sentence with what was found.</param>
public sealed record DatasetFinding(DatasetFault Fault, string? ImagePath, int? BoxIndex, string? Label, string Description)
{
    /// <summary>The picture that cannot be read; null for any other fault.</summary>
    internal BadImage? BadImage { get; init; }

    /// <summary>What training does with it.</summary>
    public DatasetTreatment Treatment => Fault switch
    {
        DatasetFault.PartlyOutside => DatasetTreatment.Clipped,
        DatasetFault.SizeDiffers or DatasetFault.NoBoxes or DatasetFault.FewBoxes => DatasetTreatment.Kept,
        _ => DatasetTreatment.Dropped,
    };
}

/// <summary>How often a class occurs in a data set. Immutable and thread-safe.</summary>
/// <param name="Label">The class.</param>
/// <param name="Boxes">Number of boxes that are used.</param>
/// <param name="Images">Number of photos with at least one of them.</param>
public sealed record DatasetClassCount(string Label, int Boxes, int Images);
