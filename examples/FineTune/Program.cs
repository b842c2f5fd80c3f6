using System.Diagnostics;
using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.MobileNetV2;

// Trains the head alone and, beside it, the last blocks of the network too, on the same images; measures both and saves the better one.
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
string folder = args.Length > 0 ? args[0] : Path.Combine(AppContext.BaseDirectory, "photos");
FineTuneBlocks blocks = args.Length <= 1 ? 3 : args[1] == "all" ? FineTuneBlocks.All : int.Parse(args[1], CultureInfo.InvariantCulture);
string modelPath = args.Length > 2 ? args[2] : "finetuned.zip";

LoadedWeights weights = new WeightsStore().Load(WeightsSource.Auto);
if (weights.FallbackReason is not null)
{
    Console.Error.WriteLine(
        $"Using the embedded weights in place of ImageNet's, which they learned from: {weights.FallbackReason}");
}

var mlContext = new MLContext(seed: 1);
IDataView photos = mlContext.Data.LoadFromImageFolder(folder);
ITransformer toKey = mlContext.Transforms.Conversion.MapValueToKey("Label").Fit(photos);
DataOperationsCatalog.TrainTestData split = mlContext.Data.StratifiedTrainTestSplit(toKey.Transform(photos), testFraction: 0.2);

using TransformerChain<ITransformer> head = Train(FineTuneBlocks.HeadOnly, out double headAccuracy);
using TransformerChain<ITransformer> tuned = Train(blocks, out double tunedAccuracy);
bool isTunedBetter = tunedAccuracy > headAccuracy;
mlContext.Model.Save(isTunedBetter ? tuned : head, photos.Schema, modelPath);
Console.WriteLine($"The model of {(isTunedBetter ? $"{blocks} fine-tuned blocks" : "the head alone")} is in {modelPath}.");

TransformerChain<ITransformer> Train(FineTuneBlocks fineTuneBlocks, out double accuracy)
{
    var watch = Stopwatch.StartNew();
    TransformerChain<ITransformer> model = mlContext.MulticlassClassification.Trainers
        .MobileNetV2(new MobileNetV2TrainerOptions
        {
            Weights = WeightsSource.From(weights.Weights),
            FineTuneBlocks = fineTuneBlocks,
            FineTuning = new FineTuneOptions { Steps = 80, Seed = 1 },
            Progress = new EpochLines(),
        })
        .Fit(split.TrainSet);
    accuracy = mlContext.MulticlassClassification.Evaluate(model.Transform(split.TestSet)).MicroAccuracy;
    Console.WriteLine($"{fineTuneBlocks} blocks fine-tuned: accuracy {accuracy:P1} on held-out images, {watch.Elapsed.TotalSeconds:F0} s");
    return model;
}

internal sealed class EpochLines : IProgress<FineTuneProgress>
{
    public void Report(FineTuneProgress value)
    {
        if (value.Step > 0 && value.Step == value.Steps)
        {
            Console.WriteLine($"{value}, {value.ImagesPerSecond:F0} images/s");
        }
    }
}
