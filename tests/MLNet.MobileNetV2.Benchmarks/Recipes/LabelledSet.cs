using Microsoft.ML;

namespace MLNet.MobileNetV2.Benchmarks.Recipes;

/// <summary>A folder of labelled images to train and to measure on.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Folder">The folder: of classes, or with the folders <c>train</c> and <c>val</c> of classes.</param>
internal sealed record LabelledSet(string Name, string Folder)
{
    private const double TestFraction = 0.4;
    private const string SampleFolder = "examples/QuickStart/photos";

    /// <summary>The sample images, and the labelled sets in a folder.</summary>
    public static IReadOnlyList<LabelledSet> In(string? folder) =>
    [
        .. ((string[])["brain-tumor", "flowers-dev", "grocery-dev", "pacs-sketch", "sign-digits"])
            .Select(name => new LabelledSet(name, Path.Combine(folder ?? string.Empty, name)))
            .Append(new("sample", SampleFolder))
            .Where(set => Directory.Exists(set.Folder)),
    ];

    /// <summary>The images to train and to measure on; a seed splits a folder that is not split, two fifths to measure on.</summary>
    public (IDataView Train, IDataView Test) Split(MLContext mlContext, int seed)
    {
        string train = Path.Combine(Folder, "train");
        IDataView images = mlContext.Data.LoadFromImageFolder(Directory.Exists(train) ? train : Folder);
        ITransformer toKey = mlContext.Transforms.Conversion.MapValueToKey("Label").Fit(images);
        if (Directory.Exists(train))
        {
            return (toKey.Transform(images), toKey.Transform(mlContext.Data.LoadFromImageFolder(Path.Combine(Folder, "val"))));
        }

        DataOperationsCatalog.TrainTestData split = mlContext.Data.StratifiedTrainTestSplit(
            toKey.Transform(images), TestFraction, seed: seed);
        return (split.TrainSet, split.TestSet);
    }
}
