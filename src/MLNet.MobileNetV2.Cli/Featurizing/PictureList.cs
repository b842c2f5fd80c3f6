using System.Security.Cryptography;
using System.Text;
using MLNet.MobileNetV2.Cli.Failures;
using MLNet.MobileNetV2.Cli.Inputs;
using MLNet.MobileNetV2.Cli.Output;
using MLNet.MobileNetV2.Data;
using MLNet.MobileNetV2.Machine;

namespace MLNet.MobileNetV2.Cli.Featurizing;

/// <summary>The images to featurize: those of a folder, labelled with its sub-folders, or those that a text file lists.</summary>
internal static class PictureList
{
    /// <summary>
    /// Reads the images in order: a folder's in ordinal order by name, a list's as they stand, their labels without the spaces around
    /// them. No label is an empty one.
    /// </summary>
    /// <param name="terminal">Where to say what is left out of a folder.</param>
    /// <param name="folderOrList">The folder, or the list.</param>
    /// <param name="cancellationToken">Stops the reading of a folder.</param>
    /// <exception cref="ImageFolderException">The folder holds no image.</exception>
    /// <exception cref="CommandFailedException">There is neither, or the list names no image.</exception>
    public static IReadOnlyList<ImageFile> Read(Terminal terminal, string folderOrList, CancellationToken cancellationToken)
    {
        if (Directory.Exists(folderOrList))
        {
            var listing = ImageFolderListing.Of(folderOrList, cancellationToken);
            terminal.Warn(listing.LeftOut());
            return listing.Images();
        }

        if (!File.Exists(folderOrList))
        {
            throw new CommandFailedException(NotAFile.IsAddress(folderOrList)
                ? $"'{folderOrList}' {NotAFile.Describe(folderOrList)}."
                : $"There is no folder and no list '{folderOrList}'.");
        }

        string[] lines = [.. Lines(folderOrList)];
        CheckSeparator(folderOrList, lines);
        ImageFile[] files = [.. lines.Select(FromLine)];
        return files.Length > 0 ? files : throw new CommandFailedException(
            $"The list '{folderOrList}' names no image. One path a line is needed, and after a tab its label, if it has one.");
    }

    /// <summary>A hash that distinguishes lists, so that shares of different lists are not combined.</summary>
    public static string Hash(IReadOnlyList<ImageFile> files)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (ImageFile file in files)
        {
            hash.AppendData(Encoding.UTF8.GetBytes($"{file.ImagePath}\t{file.Label}\n"));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    // Read once: a list may come through a pipe.
    private static IEnumerable<string> Lines(string list)
    {
        foreach (string line in File.ReadLines(list).Where(line => !string.IsNullOrWhiteSpace(line)))
        {
            yield return !line.Contains('\0', StringComparison.Ordinal) ? line : throw new CommandFailedException(
                $"'{list}' is not a text file; a folder of images is needed, or a list with one path a line, and after a tab its "
                    + $"label.{FileStart.HowToTrainOn(list)}");
        }
    }

    // A path may contain a comma: it separates only if the part before it is a file, or the list is named as CSV.
    private static void CheckSeparator(string list, string[] lines)
    {
        bool isCsv = Path.GetExtension(list).Equals(".csv", StringComparison.OrdinalIgnoreCase);
        foreach (string line in lines.Where(line => !line.Contains('\t', StringComparison.Ordinal)))
        {
            int end = line.LastIndexOfAny([',', ';']);
            if (end > 0 && !File.Exists(line) && (isCsv || File.Exists(line[..end].Trim('"'))))
            {
                throw new CommandFailedException(
                    $"The list '{list}' has '{line[end]}' between path and label, as in '{line}'; a tab is needed there, not a comma or "
                        + "semicolon, and no header line.");
            }
        }
    }

    private static ImageFile FromLine(string line)
    {
        int tab = line.IndexOf('\t', StringComparison.Ordinal);
        return tab < 0 ? new(line, string.Empty) : new(line[..tab], line[(tab + 1)..].Trim());
    }
}
