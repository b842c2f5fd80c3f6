using MLNet.MobileNetV2.Data;

namespace MLNet.MobileNetV2.Benchmarks.Checks;

/// <summary>
/// The photos of a set to train on and to measure on: of its folders train and val, or every third one of a folder without.
/// </summary>
internal sealed class LinkedClasses
{
    private const int Third = 3;

    private readonly ILookup<string, string> _training;
    private readonly ILookup<string, string> _validation;

    public LinkedClasses(string set)
    {
        string train = Path.Combine(set, "train");
        if (Directory.Exists(train))
        {
            (_training, _validation) = (Read(train), Read(Path.Combine(set, "val")));
        }
        else
        {
            (string Label, string Path)[] photos = [.. Read(set).SelectMany(group => group.Select(path => (group.Key, path)))];
            ILookup<string, string> Part(bool isHeldOut) => photos.Index()
                .Where(photo => photo.Index % Third == 0 == isHeldOut)
                .ToLookup(photo => photo.Item.Label, photo => photo.Item.Path, StringComparer.Ordinal);
            (_training, _validation) = (Part(false), Part(true));
        }

        Classes = [.. _training.Select(group => group.Key).Order(StringComparer.Ordinal)];
    }

    /// <summary>The class names.</summary>
    public IReadOnlyList<string> Classes { get; }

    /// <summary>Makes a folder of links to the photos of some classes to train on.</summary>
    public string LinkTraining(string parent, IEnumerable<string> classes) => Link(parent, _training, classes);

    /// <summary>Makes a folder of links to the photos of some classes to measure on.</summary>
    public string LinkValidation(string parent, IEnumerable<string> classes) => Link(parent, _validation, classes);

    private static string Link(string parent, ILookup<string, string> photos, IEnumerable<string> classes)
    {
        string folder = Path.Combine(parent, Guid.NewGuid().ToString("N"));
        foreach (string label in classes)
        {
            string target = Directory.CreateDirectory(Path.Combine(folder, label)).FullName;
            foreach (string photo in photos[label])
            {
                File.CreateSymbolicLink(Path.Combine(target, Path.GetFileName(photo)), Path.GetFullPath(photo));
            }
        }

        return folder;
    }

    private static ILookup<string, string> Read(string folder) => ImageFolderListing.OfClasses(folder, default)
        .Labelled(new())
        .ToLookup(file => file.Label, file => file.ImagePath, StringComparer.Ordinal);
}
