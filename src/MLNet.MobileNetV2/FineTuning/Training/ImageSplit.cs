using MLNet.MobileNetV2.Classification;
using MLNet.MobileNetV2.Data;
using MLNet.MobileNetV2.FineTuning.Views;
using MLNet.MobileNetV2.Numerics;

namespace MLNet.MobileNetV2.FineTuning.Training;

/// <summary>Images to train or to validate on: some of those in memory. The memory stays the caller's.</summary>
/// <param name="Memory">Images in memory.</param>
/// <param name="Places">Which of them.</param>
/// <param name="Labels">The class of each, from 0.</param>
internal sealed record ImageSplit(ImageMemory Memory, IReadOnlyList<int> Places, IReadOnlyList<int> Labels)
{
    public int Count => Places.Count;

    /// <summary>Memory for inputs that are made of the images and come again. Default: none.</summary>
    public MemoryBudget InputMemory { get; init; } = new(0);

    /// <summary>Those in the memory that turned out to be bad. Default: none, and one that does ends the training.</summary>
    public BadImages Bad { get; init; } = new();

    /// <summary>None of the images.</summary>
    public ImageSplit None => At([]);

    /// <summary>The images without those that turned out to be bad.</summary>
    /// <exception cref="InvalidOperationException">None is left, or of several classes one alone.</exception>
    public ImageSplit Usable()
    {
        List<long> usable = [.. Enumerable.Range(0, Count).Where(IsUsable).Select(image => (long)image)];
        if (usable.Count == Count)
        {
            return this;
        }

        if (usable.Count == 0)
        {
            throw NoneLeft(Count);
        }

        ImageSplit left = At(usable);
        if (LabelColumn.AreSeveral(Labels))
        {
            LabelColumn.CheckSeveral(left.Labels, () => $"The {left.Count} images to train on that can be used are of one class alone");
        }

        return left;
    }

    /// <summary>Whether an image has not turned out to be bad.</summary>
    public bool IsUsable(int image) => !Bad.Contains(Places[image]);

    /// <summary>What is said where no image is left to train on.</summary>
    public static InvalidOperationException NoneLeft(int count) => new($"None of the {count} images to train on can be used.");

    /// <summary>Takes a part of each class out.</summary>
    /// <remarks>The same images as <c>mlContext.Data.StratifiedTrainTestSplit</c> with the same seed takes.</remarks>
    public (ImageSplit Left, ImageSplit Held) HoldOut(double fraction, int seed)
    {
        (List<long> rest, List<long> held) = StratifiedSplit.Share(ShuffledClasses(seed), fraction);
        return (At(rest), At(held));
    }

    /// <summary>
    /// Makes the folds of a cross-validation: every image of a class of two or more is held out in one of them, one by itself in none.
    /// </summary>
    /// <remarks>The same images as <c>mlContext.Data.StratifiedCrossValidationSplit</c> with the same seed holds out.</remarks>
    public IReadOnlyList<(ImageSplit Left, ImageSplit Held)> Folds(int count, int seed) =>
        [.. StratifiedSplit.Deal(ShuffledClasses(seed), count).Select(fold => (At(fold.Train), At(fold.Test)))];

    /// <summary>For each usable image, a text that identifies it (by its bytes) and its class.</summary>
    /// <param name="workers">Most threads; 0 means as many as there are cores.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <exception cref="BadImageException">An image can no longer be read, and bad ones are not left out.</exception>
    public IReadOnlyList<string> Identities(int workers, CancellationToken cancellationToken)
    {
        var texts = new string?[Count];
        void Read(int image)
        {
            try
            {
                texts[image] = IsUsable(image) ? FormattableString.Invariant($"{Labels[image]} {Memory.HashOf(Places[image])}") : null;
            }
            catch (BadImageException error) when (Bad.AreLeftOut)
            {
                Bad.Add(Places[image], error);
            }
        }

        new ParallelLoop(workers, cancellationToken).For(Count, Read);
        string[] usable = [.. texts.OfType<string>()];
        return [.. usable, FormattableString.Invariant($"{usable.Length} images")];
    }

    private long[][] ShuffledClasses(int seed)
    {
        long[][] classes =
        [
            .. Enumerable.Range(0, Count).GroupBy(image => Labels[image]).Select(group => group.Select(image => (long)image).ToArray()),
        ];
        StratifiedSplit.Shuffle(classes, seed);
        return classes;
    }

    private ImageSplit At(List<long> images)
    {
        images.Sort();
        return this with
        {
            Places = [.. images.Select(image => Places[(int)image])],
            Labels = [.. images.Select(image => Labels[(int)image])],
        };
    }
}
