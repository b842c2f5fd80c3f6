using MLNet.MobileNetV2.Classification;
using MLNet.MobileNetV2.FineTuning.Views;

namespace MLNet.MobileNetV2.FineTuning.Training;

/// <summary>The images of a training in memory, those to validate on apart. Disposes the memory.</summary>
internal sealed class TrainValidationSplit : IDisposable
{
    private readonly ImageMemory _memory;

    private TrainValidationSplit(ImageMemory memory, ImageSplit training, ImageSplit validation)
    {
        _memory = memory;
        Training = training;
        Validation = validation;
    }

    /// <summary>The images to train on.</summary>
    public ImageSplit Training { get; }

    /// <summary>The images to validate on; perhaps none.</summary>
    public ImageSplit Validation { get; }

    /// <summary>Opens the images, finds bad ones and holds out those to validate on.</summary>
    /// <param name="data">The rows to train on.</param>
    /// <param name="validation">The rows to validate on; null to hold out a part of the others, if that is asked for.</param>
    /// <param name="options">Bad images, the part to hold out, memory, threads.</param>
    /// <param name="preprocessing">How images are prepared.</param>
    /// <exception cref="BadImageException">An image cannot be used, and bad ones are not left out.</exception>
    /// <exception cref="InvalidOperationException">The images are none, or of one class alone, or none can be held out.</exception>
    public static TrainValidationSplit Open(
        LabelledImages data, LabelledImages? validation, MobileNetV2TrainerOptions options, ImagePreprocessing preprocessing)
    {
        LabelledImages all = validation is null ? data : data.Followed(validation, options.LabelColumnName);
        MemoryBudgets budgets = MemoryBudgets.Of(options.FineTuning, all.Sources);
        var memory = new ImageMemory(all.Sources, preprocessing, options.IsSolvedAlone ? new MemoryBudget(0) : budgets.Images);
        try
        {
            // Where each image is read once, a bad one that ends the training need not be looked for first.
            var bad = new BadImages(options.OnBadImage, options.BadImageFound);
            if (bad.AreLeftOut || !options.IsSolvedAlone)
            {
                bad.Find(memory, options.FineTuning.Workers, options.ReadingProgress, options.CancellationToken);
            }

            ImageSplit training = Usable(0, data.Labels.Count);
            ImageSplit held = Usable(data.Labels.Count, all.Labels.Count);
            if (options.ValidationFraction > 0)
            {
                (training, held) = training.HoldOut(options.ValidationFraction, options.FineTuning.Seed);
            }

            if (training.Count == 0 && data.Labels.Count > 0)
            {
                throw ImageSplit.NoneLeft(data.Labels.Count);
            }

            LabelColumn.CheckClasses(training.Labels, data.KeyTexts, options.LabelColumnName, data.SkippedRows);
            if (held.Count == 0 && options.HasValidation)
            {
                throw LabelValidator.NoneLeft();
            }

            // Validation sees images as a prediction does, from their sources.
            foreach (int place in held.Places)
            {
                memory.Release(place);
            }

            return new(memory, training, held);

            ImageSplit Usable(int begin, int end)
            {
                int[] places = [.. Enumerable.Range(begin, end - begin).Where(place => !bad.Contains(place))];
                return new(memory, places, [.. places.Select(place => all.Labels[place])]) { InputMemory = budgets.Inputs, Bad = bad };
            }
        }
        catch
        {
            memory.Dispose();
            throw;
        }
    }

    public void Dispose() => _memory.Dispose();
}
