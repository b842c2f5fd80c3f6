using MLNet.MobileNetV2.Tests.FolderChecks;
using static System.FormattableString;

namespace MLNet.MobileNetV2.Benchmarks.Checks;

/// <summary>How many changed photos a check finds again, by what was done to them, and how many pairs it names that are none.</summary>
internal static class DuplicateReport
{
    private const int Changed = 50;

    /// <summary>Prints what is found among the photos of a folder, of which fifty are there once more for each change.</summary>
    public static int Run(string folder)
    {
        string[] photos = [.. Directory.GetFiles(folder).Order(StringComparer.Ordinal)];
        string work = Directory.CreateTempSubdirectory("duplicates-").FullName;
        try
        {
            string originals = Directory.CreateDirectory(Path.Combine(work, "original")).FullName;
            string changes = Directory.CreateDirectory(Path.Combine(work, "changed")).FullName;
            foreach (string photo in photos)
            {
                File.CreateSymbolicLink(Path.Combine(originals, Path.GetFileName(photo)), Path.GetFullPath(photo));
            }

            foreach (string change in PhotoChanges.All)
            {
                foreach (string photo in photos.Take(Changed))
                {
                    PhotoChanges.Save(photo, change, Path.Combine(changes, $"{Path.GetFileNameWithoutExtension(photo)}-{change}.jpg"));
                }
            }

            Print(ImageDatasetCheck.Create(work).NearDuplicates);
            return 0;
        }
        finally
        {
            Directory.Delete(work, recursive: true);
        }
    }

    private static void Print(IReadOnlyList<DuplicateImages> pairs)
    {
        Console.WriteLine("| changed | found | as |\n|---|---|---|");
        foreach (string change in PhotoChanges.All)
        {
            DuplicateImages[] found = [.. pairs.Where(pair => IsOriginalOf(pair, change))];
            string kinds = string.Join(
                ", ", found.CountBy(pair => pair.Kind).OrderByDescending(kind => kind.Value).Select(kind => $"{kind.Key} {kind.Value}"));
            Console.WriteLine(Invariant($"| {change} | {found.Length} of {Changed} | {kinds} |"));
        }

        DuplicateImages[] wrong = [.. pairs.Where(pair => Stem(pair.First) != Stem(pair.Second))];
        Console.WriteLine(Invariant($"\n{wrong.Length} pairs of different photos"));
        foreach (DuplicateImages pair in wrong)
        {
            Console.WriteLine($"{Path.GetFileName(pair.First)} {Path.GetFileName(pair.Second)} {pair.Kind}");
        }
    }

    private static bool IsOriginalOf(DuplicateImages pair, string change)
    {
        string[] names = [Path.GetFileNameWithoutExtension(pair.First), Path.GetFileNameWithoutExtension(pair.Second)];
        return names.Any(name => name.EndsWith($"-{change}", StringComparison.Ordinal)) && names.Any(name => Stem(name) == name)
            && Stem(pair.First) == Stem(pair.Second);
    }

    private static string Stem(string path)
    {
        string name = Path.GetFileNameWithoutExtension(path);
        string? change = PhotoChanges.All.FirstOrDefault(change => name.EndsWith($"-{change}", StringComparison.Ordinal));
        return change is null ? name : name[..^(change.Length + 1)];
    }
}
