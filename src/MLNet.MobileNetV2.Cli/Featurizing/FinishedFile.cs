using Microsoft.ML;
using MLNet.MobileNetV2.Cli.Failures;
using MLNet.MobileNetV2.Cli.Output;
using MLNet.MobileNetV2.Data;

namespace MLNet.MobileNetV2.Cli.Featurizing;

/// <summary>A feature file that is there before it is made: whether it is the one that is asked for.</summary>
internal static class FinishedFile
{
    /// <summary>
    /// How many images it holds, if it is complete and made with these weights, of this share and these images; null if it must be
    /// made.
    /// </summary>
    /// <param name="terminal">Where to say that images are not in it, or that it is damaged.</param>
    /// <param name="output">The file.</param>
    /// <param name="weights">The weights that are asked for.</param>
    /// <param name="share">The share that is asked for; one of one for all images.</param>
    /// <param name="pictures">The images of that share.</param>
    /// <exception cref="CommandFailedException">It is another one.</exception>
    public static long? Count(
        Terminal terminal, string output, MobileNetV2Weights weights, FeatureShare share, IReadOnlyList<ImageFile> pictures)
    {
        if (!File.Exists(output))
        {
            return null;
        }

        try
        {
            var mlContext = new MLContext();
            IDataView data = mlContext.Data.LoadFromFeatureFiles(output);
            if (FeatureOrigin.Of(data).DifferenceFrom(FeatureOrigin.Of(weights)) is { } difference)
            {
                throw IsOther(output, $"of another {difference}");
            }

            // A file of all images need not name a share.
            FeatureShare? found = FeatureShare.Read(output);
            if ((found?.Number ?? 1, found?.Count ?? 1) != (share.Number, share.Count))
            {
                throw IsOther(output, found is null or { Count: 1 }
                    ? $"with all images, but share {share} is asked for"
                    : $"with share {found}, but {(share.Count == 1 ? "all images are" : $"share {share} is")} asked for");
            }

            long count = CountRows(output, mlContext.Data.CreateEnumerable<Row>(data, reuseRowObject: true), pictures);

            // Shares of two lists do not make a whole; a file of all images may lack some that are new.
            if (share.Count > 1 && found!.List != share.List)
            {
                throw IsOther(output, $"with share {found} of another list of images");
            }

            if (count < pictures.Count)
            {
                terminal.Error.WriteLine($"{pictures.Count - count} of the {pictures.Count} images are not in it: bad ones, or new "
                    + "ones. --force makes it again.");
            }

            return count;
        }
        catch (FeatureFileException error)
        {
            terminal.Error.WriteLine($"{error.Message} It will be made again.");
            return null;
        }
    }

    private static long CountRows(string output, IEnumerable<Row> rows, IReadOnlyList<ImageFile> pictures)
    {
        Dictionary<(string Path, string Label), int> wanted =
            pictures.CountBy(picture => (picture.ImagePath, picture.Label)).ToDictionary();
        long count = 0;
        foreach (Row row in rows)
        {
            count++;
            if (!wanted.TryGetValue((row.ImagePath, row.Label), out int left))
            {
                throw IsOther(output, pictures.FirstOrDefault(picture => picture.ImagePath == row.ImagePath) is { } picture
                    ? $"with '{row.ImagePath}' of {Named(row.Label)}, but {Named(picture.Label)} is asked for"
                    : $"with '{row.ImagePath}', which is not one of these images");
            }

            wanted[(row.ImagePath, row.Label)] = left > 0
                ? left - 1
                : throw IsOther(output, $"with '{row.ImagePath}' more often than asked for");
        }

        return count;
    }

    private static string Named(string label) => label.Length == 0 ? "no label" : $"the label '{label}'";

    private static CommandFailedException IsOther(string output, string what) =>
        new($"The file '{output}' already exists, {what}. Name another one, or give --force.");

    private sealed class Row
    {
        public string ImagePath { get; set; } = string.Empty;

        public string Label { get; set; } = string.Empty;
    }
}
