namespace MLNet.MobileNetV2.Assets;

/// <summary>
/// Writes the repository's sample images: 3-D emoji in one folder per class, with their attribution.
/// </summary>
/// <remarks>
/// <c>samples fluent-emoji-3d.tgz emojibase-data.tgz [folder]</c>, from the root of the repository. The archives are those of the npm
/// registry (<c>npm pack @lobehub/fluent-emoji-3d@1.1.0 emojibase-data@17.0.0</c>). The folder is replaced.
/// </remarks>
internal static class SampleSet
{
    private const string DefaultFolder = "examples/QuickStart/photos";
    private const int MaximumLength = 1_950_000;

    /// <summary>Runs the command on the arguments after its name and returns the exit code.</summary>
    public static int Run(string[] args)
    {
        if (args.Length is not (2 or 3))
        {
            Console.Error.WriteLine("Usage: samples <fluent-emoji-3d.tgz> <emojibase-data.tgz> [folder]");
            return 1;
        }

        NpmPackage fluent = NpmPackage.Read(args[0], "@lobehub/fluent-emoji-3d", "1.1.0");
        NpmPackage emojibase = NpmPackage.Read(args[1], "emojibase-data", "17.0.0");
        IReadOnlyList<SampleImage> images = SampleImage.Choose(Emoji.ReadAll(emojibase), fluent);
        long length = images.Sum(image => (long)image.Bytes.Length);
        if (length > MaximumLength)
        {
            throw new InvalidDataException($"The images have {length} bytes; at most {MaximumLength} go into the repository.");
        }

        string folder = args.Length == 3 ? args[2] : DefaultFolder;
        Write(folder, images, SampleAttribution.Text(fluent, emojibase));
        foreach (IGrouping<string, SampleImage> category in images.GroupBy(image => image.Category))
        {
            Console.WriteLine($"{category.Key}: {category.Count()}");
        }

        Console.WriteLine($"{images.Count} images, {length} bytes, in {folder}");
        return 0;
    }

    private static void Write(string folder, IReadOnlyList<SampleImage> images, string attribution)
    {
        string target = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        if (!Directory.Exists(Path.GetDirectoryName(target)))
        {
            throw new DirectoryNotFoundException(
                $"There is no folder '{Path.GetDirectoryName(target)}': run this from the root of the repository.");
        }

        string temporary = $"{target}.{Guid.NewGuid():N}.tmp";
        try
        {
            foreach (SampleImage image in images)
            {
                string categoryFolder = Path.Combine(temporary, image.Category);
                Directory.CreateDirectory(categoryFolder);
                using var file = new FileStream(Path.Combine(categoryFolder, $"{image.Name}.webp"), FileMode.CreateNew);
                file.Write(image.Bytes);
            }

            File.WriteAllText(Path.Combine(temporary, "ATTRIBUTION"), attribution);
            if (Directory.Exists(target))
            {
                Directory.Delete(target, recursive: true);
            }

            Directory.Move(temporary, target);
        }
        finally
        {
            if (Directory.Exists(temporary))
            {
                Directory.Delete(temporary, recursive: true);
            }
        }
    }
}
