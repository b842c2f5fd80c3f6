using Microsoft.ML;
using MLNet.MobileNetV2.Cli.Models;
using MLNet.MobileNetV2.Data;
using MLNet.MobileNetV2.Machine;

namespace MLNet.MobileNetV2.Cli.Training;

/// <summary>The pictures to train and to validate on.</summary>
internal sealed record TrainingFiles(IReadOnlyList<ImageFile> Training, IReadOnlyList<ImageFile> Validation)
{
    /// <summary>Number of pictures to validate on that are trained on too.</summary>
    public int TrainedOn { get; init; }

    /// <summary>Number of pictures.</summary>
    public int Count => Training.Count + Validation.Count;

    public static TrainingFiles Read(string folder, ValidationChoice? validation, int seed, CancellationToken cancellationToken)
    {
        if (File.Exists(folder))
        {
            string wayOut = FileStart.HowToTrainOn(folder) is { Length: > 0 } features ? features
                : FileStart.IsText(folder) ? " Pictures that a file lists are trained on in two steps: "
                    + $"'mobilenetv2 featurize {folder} --output features.parquet', then 'mobilenetv2 train --features features.parquet'."
                : string.Empty;
            throw new CommandFailedException($"'{folder}' is a file; a folder with one sub-folder per class is needed.{wayOut}");
        }

        IReadOnlyList<ImageFile> files = LabelledFolder.Read(folder, minimumClasses: 2, cancellationToken);
        return validation switch
        {
            null => new(files, []),
            { Folder: { } other } => WithValidation(other, folder, files, cancellationToken),
            { Fraction: var fraction } => Split(folder, files, fraction, seed),
        };
    }

    private static TrainingFiles Split(string folder, IReadOnlyList<ImageFile> files, double fraction, int seed)
    {
        if (files.CountBy(file => file.Label, StringComparer.Ordinal).All(group => group.Value == 1))
        {
            throw new CommandFailedException($"No picture of '{folder}' can be held out for --validation: every class has one picture alone.");
        }

        DataOperationsCatalog data = new MLContext(seed).Data;
        DataOperationsCatalog.TrainTestData split =
            data.StratifiedTrainTestSplit(data.LoadFromEnumerable(files), fraction, nameof(ImageFile.Label), seed);
        return new(List(split.TrainSet), List(split.TestSet));

        List<ImageFile> List(IDataView view) =>
            [.. data.CreateEnumerable<FileRow>(view, reuseRowObject: false).Select(row => new ImageFile(row.ImagePath, row.Label))];
    }

    private static TrainingFiles WithValidation(
        string validation, string folder, IReadOnlyList<ImageFile> training, CancellationToken cancellationToken)
    {
        IReadOnlyList<ImageFile> files = LabelledFolder.Read(validation, minimumClasses: 1, cancellationToken);
        string[] unknown =
        [
            .. files.Select(file => file.Label).Distinct(StringComparer.Ordinal).Except(training.Select(file => file.Label), StringComparer.Ordinal),
        ];
        if (unknown.Length > 0)
        {
            throw new CommandFailedException($"The validation folder '{validation}' has classes that '{folder}' has not: {string.Join(", ", unknown)}.");
        }

        // However the two folders are named, and whatever links lead from one into the other.
        HashSet<string?> trained = new(training.Select(RealPathOf), RealPath.Comparer);
        int trainedOn = files.Count(file => RealPathOf(file) is { } path && trained.Contains(path));
        return trainedOn < files.Count ? new(training, files) { TrainedOn = trainedOn } : throw new CommandFailedException(
            $"Every picture of the validation folder '{validation}' is one of '{folder}', which are trained on. Give a folder of other pictures, or a fraction, "
            + "for example --validation 0.2, to hold some out.");
    }

    private static string? RealPathOf(ImageFile file) => RealPath.Of(file.ImagePath);

    private sealed class FileRow
    {
        public string ImagePath { get; set; } = string.Empty;

        public string Label { get; set; } = string.Empty;
    }
}
