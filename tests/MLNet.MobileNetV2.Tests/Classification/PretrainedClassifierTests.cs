using Microsoft.ML.Data;
using MLNet.MobileNetV2.Pretrained;
using MLNet.MobileNetV2.Tests.Support;

namespace MLNet.MobileNetV2.Tests.Classification;

public class PretrainedClassifierTests
{
    private static readonly ImagePreprocessing s_small = new() { Size = 64 };

    [Theory]
    [InlineData(1000)]
    [InlineData(1001)]
    public void Classify_WithOrWithoutBackground_GivesAThousandProbabilities(int classCount)
    {
        using var folder = new TempFolder();
        using PretrainedClassifier classifier = Create(folder, classCount);

        float[] probabilities = classifier.Classify(Repository.SampleFiles(1)[0]);

        Assert.Equal(PretrainedClassifier.ClassCount, probabilities.Length);
        Assert.Equal(1, probabilities.Sum(), 1e-5);
        Assert.Equal("class 1", classifier.Labels[0]);
        Assert.Equal("class 1000", classifier.Labels[^1]);
    }

    [Fact]
    public void Classify_OfPathBytesAndImage_Agree()
    {
        using var folder = new TempFolder();
        using PretrainedClassifier classifier = Create(folder, 1001);
        string path = Repository.SampleFiles(1)[0];
        using MLImage image = MLImage.CreateFromFile(path);

        float[] expected = classifier.Classify(path);

        Assert.Equal(expected, classifier.Classify(File.ReadAllBytes(path)));
        Assert.InRange(Photos.MaxDifference([expected], [classifier.Classify(image)]), 0, 0.02);
    }

    [Fact]
    public void Classify_OnManyThreads_GivesEachPictureItsOwn()
    {
        using var folder = new TempFolder();
        using PretrainedClassifier classifier = Create(folder, 1000);
        IReadOnlyList<string> files = Repository.SampleFiles(4);
        float[][] expected = [.. files.Select(classifier.Classify)];
        float[][] found = new float[files.Count][];

        Parallel.For(0, files.Count, index => found[index] = classifier.Classify(files[index]));

        Assert.InRange(Photos.MaxDifference(expected, found), 0, 1e-6);
    }

    [Fact]
    public void Classify_OfABadPicture_ThrowsNamingIt()
    {
        using var folder = new TempFolder();
        using PretrainedClassifier classifier = Create(folder, 1000);

        Assert.Equal("missing.jpg", Assert.Throws<BadImageException>(() => classifier.Classify("missing.jpg")).Path);
    }

    [Theory]
    [InlineData(null, "no classifier")]
    [InlineData(5, "a classifier of 5 classes")]
    public void Create_WithOtherWeights_ThrowsNamingThoseThatFit(int? classCount, string found)
    {
        using var folder = new TempFolder();

        WeightsFormatException error = Assert.Throws<WeightsFormatException>(() => Create(folder, classCount));

        Assert.Contains(found, error.Message, StringComparison.Ordinal);
        Assert.Contains("imagenet", error.Message, StringComparison.Ordinal);
    }

    private static PretrainedClassifier Create(TempFolder folder, int? classCount)
    {
        string labels = folder.File("labels.txt");
        File.WriteAllLines(labels, Enumerable.Range(0, ImageNetLabels.Count).Select(index => $"class {index}"));
        return PretrainedClassifier.Create(RandomWeights.Create(9, s_small, PaddingFlavor.TensorFlowSame, classCount), labels);
    }
}
