using System.Security.Cryptography;

namespace MLNet.MobileNetV2.Assets;

/// <summary>One image of the sample set.</summary>
internal sealed record SampleImage(string Category, string Name, byte[] Bytes)
{
    /// <summary>Most images of a class; of a class with more, images are taken at even steps through its list.</summary>
    public const int MaximumPerCategory = 76;

    private const string Folder = "assets/";
    private const string Extension = ".webp";

    /// <summary>Chooses the images: the same packages give the same choice.</summary>
    public static IReadOnlyList<SampleImage> Choose(IReadOnlyList<Emoji> emoji, NpmPackage images)
    {
        var fileNames = images.FileNames
            .Where(name => name.StartsWith(Folder, StringComparison.Ordinal) && name.EndsWith(Extension, StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)
            .GroupBy(name => Emoji.Key(name[Folder.Length..^Extension.Length]))
            .ToDictionary(names => names.Key, names => names.First(), StringComparer.Ordinal);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var chosen = new List<SampleImage>();
        foreach (SampleCategory category in SampleCategory.All)
        {
            category.Check(emoji);
            var candidates = new List<SampleImage>();
            foreach (Emoji one in emoji.Where(category.Holds))
            {
                // Newer emoji have no image; some emoji share one.
                if (fileNames.TryGetValue(one.HexCode, out string? fileName)
                    && seen.Add(Convert.ToHexString(SHA256.HashData(images.Bytes(fileName)))))
                {
                    candidates.Add(new(category.Name, one.Slug, images.Bytes(fileName)));
                }
            }

            chosen.AddRange(Thin(candidates));
        }

        return chosen;
    }

    private static IEnumerable<SampleImage> Thin(List<SampleImage> candidates)
    {
        int count = Math.Min(candidates.Count, MaximumPerCategory);
        return Enumerable.Range(0, count).Select(index => candidates[index * candidates.Count / count]);
    }
}
