using MLNet.MobileNetV2.Cli.Failures;
using MLNet.MobileNetV2.Cli.Output;
using MLNet.MobileNetV2.Data;

namespace MLNet.MobileNetV2.Cli.Inputs;

/// <summary>What a model says of the images of a folder with one sub-folder per class.</summary>
/// <param name="Classes">The class names in the order of the probabilities.</param>
/// <param name="Images">The images that can be used.</param>
/// <param name="Skipped">Those that cannot.</param>
/// <param name="Unknown">How many of the images the model takes for none of its classes; null where it takes each for one.</param>
internal sealed record FolderScores(
    IReadOnlyList<string> Classes, IReadOnlyList<ScoredImage> Images, IReadOnlyList<BadImage> Skipped, int? Unknown)
{
    /// <summary>Scores every image.</summary>
    /// <param name="terminal">Where to show how far it is.</param>
    /// <param name="modelPath">The model.</param>
    /// <param name="folder">The folder, for messages.</param>
    /// <param name="files">Its images.</param>
    /// <param name="groupOf">The group of an image's path; null where each image stands for itself.</param>
    /// <param name="cancellationToken">Stops the scoring.</param>
    /// <exception cref="CommandFailedException">A sub-folder is no class of the model, or no image can be used.</exception>
    public static async Task<FolderScores> OfAsync(
        Terminal terminal,
        string modelPath,
        string folder,
        IReadOnlyList<ImageFile> files,
        Func<string, string?>? groupOf,
        CancellationToken cancellationToken)
    {
        using var model = PictureModel.Load(modelPath);
        Dictionary<string, int> indices = IndicesOf(model.Classes);
        CheckLabels(folder, files, model.Classes, indices);

        var skipped = new List<BadImage>();
        int unknown = 0;
        List<ScoredImage> images = await ProgressBar.RunAsync(terminal, "evaluating", files.Count, async report =>
        {
            var scored = new List<ScoredImage>(files.Count);
            IEnumerable<ImageArgument> pictures = files.Select(file => new ImageArgument(file.ImagePath));
            await foreach (PhotoOutcome<SeenPhoto> outcome
                in model.PredictAsync(pictures, model.Classes.Count, cancellationToken))
            {
                if (outcome.Error is { } error)
                {
                    skipped.Add(new(outcome.Path, error.Reason));
                }
                else
                {
                    unknown += outcome.Result!.Scores[0].IsUnknown ? 1 : 0;
                    scored.Add(new(indices[files[scored.Count + skipped.Count].Label], Probabilities(outcome.Result.Scores))
                    {
                        Path = outcome.Path,
                        Group = groupOf?.Invoke(outcome.Path),
                    });
                }

                report(scored.Count + skipped.Count);
            }

            return scored;
        });
        if (images.Count == 0)
        {
            terminal.WriteSkipped(skipped);
            throw new CommandFailedException($"None of the {files.Count} images in '{folder}' can be used.");
        }

        return new(model.Classes, images, skipped, model.Predictor?.UnknownLabel is null ? null : unknown);
    }

    /// <summary>The images of a folder; what is left out of it is said.</summary>
    /// <exception cref="ImageFolderException">It is missing, or holds no class or one without images.</exception>
    public static (ImageFolderListing Listing, IReadOnlyList<ImageFile> Files) Read(
        Terminal terminal, string folder, CancellationToken cancellationToken)
    {
        var listing = ImageFolderListing.OfClasses(folder, cancellationToken);
        IReadOnlyList<ImageFile> files = listing.Labelled(new ImageFolderOptions { MinimumClasses = 1 });
        terminal.Warn(listing.LeftOut());
        return (listing, files);
    }

    private static float[] Probabilities(IReadOnlyList<ClassScore> scores)
    {
        float[] probabilities = new float[scores.Count(score => !score.IsUnknown)];
        foreach (ClassScore score in scores.Where(score => !score.IsUnknown))
        {
            probabilities[score.Index] = score.Score;
        }

        return probabilities;
    }

    /// <summary>The index of each name; names that several classes have are left out.</summary>
    private static Dictionary<string, int> IndicesOf(IReadOnlyList<string> names) => names.Index()
        .GroupBy(name => name.Item, StringComparer.Ordinal)
        .Where(group => group.Count() == 1)
        .ToDictionary(group => group.Key, group => group.Single().Index, StringComparer.Ordinal);

    private static void CheckLabels(
        string folder, IReadOnlyList<ImageFile> files, IReadOnlyList<string> classes, Dictionary<string, int> indices)
    {
        string[] unknown =
            [.. files.Select(file => file.Label).Where(label => !indices.ContainsKey(label)).Distinct(StringComparer.Ordinal)];
        if (unknown.FirstOrDefault(classes.Contains) is { } shared)
        {
            throw new CommandFailedException(
                $"The folder '{folder}' cannot be evaluated: '{shared}' is the name of several classes of the model, "
                    + "so its sub-folder cannot be matched.");
        }

        if (unknown.Length > 0)
        {
            throw new CommandFailedException(
                $"The folder '{folder}' has sub-folders that are not classes of the model: {string.Join(", ", unknown)}. "
                + $"The model's classes are: {string.Join(", ", indices.Keys.Order(StringComparer.Ordinal))}.");
        }
    }
}
