namespace MLNet.MobileNetV2.Data;

/// <summary>One image of an image folder. Immutable and thread-safe.</summary>
/// <param name="ImagePath">The given folder joined with the image's name below it; relative where the given folder is.</param>
/// <param name="Label">The class: the name of the sub-folder of the given folder that the image lies in.</param>
internal sealed record ImageFile(string ImagePath, string Label);
