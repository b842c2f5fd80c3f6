using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.MobileNetV2.FineTuning.Views;
using MLNet.MobileNetV2.FineTuning.Training;
using MLNet.MobileNetV2.Tests.Data;
using TrainTestData = Microsoft.ML.DataOperationsCatalog.TrainTestData;

namespace MLNet.MobileNetV2.Tests.FineTuning.Training;

public sealed class ImageSplitTests
{
    private readonly MLContext _mlContext = new(seed: 1);

    [Property(MaxTest = 50)]
    public Property HoldOut_TakesThePhotosOfTheStratifiedSplit()
    {
        Gen<(int[] Labels, double Fraction, int Seed)> cases =
            from labels in Gen.Choose(0, 4).NonEmptyListOf()
            from percent in Gen.Choose(1, 99)
            from seed in Gen.Choose(int.MinValue, int.MaxValue)
            select (labels.Concat([3, 3]).ToArray(), percent / 100.0, seed);
        return Prop.ForAll(cases.ToArbitrary(), one =>
        {
            using ImageMemory memory = Memory(0);
            int[] places = [.. Enumerable.Range(0, one.Labels.Length).Select(photo => 100 + (2 * photo))];
            var photos = new ImageSplit(memory, places, one.Labels);
            IDataView data = _mlContext.Data.LoadFromEnumerable(
                one.Labels.Select((label, number) => new SplitRow { Number = number, Label = $"{label}" }));

            (ImageSplit left, ImageSplit held) = photos.HoldOut(one.Fraction, one.Seed);

            TrainTestData split = _mlContext.Data.StratifiedTrainTestSplit(data, one.Fraction, "Label", one.Seed);
            Check(split.TrainSet, left);
            Check(split.TestSet, held);

            void Check(IDataView expected, ImageSplit found)
            {
                int[] numbers = [.. expected.GetColumn<int>("Number")];
                Assert.Equal(numbers.Select(number => places[number]), found.Places);
                Assert.Equal(numbers.Select(number => one.Labels[number]), found.Labels);
                Assert.Equal(numbers.Length, found.Count);
                Assert.Same(memory, found.Memory);
            }
        });
    }

    [Fact]
    public void Identities_TellPhotosClassesAndTheirNumberApart()
    {
        using ImageMemory memory = Memory(4);
        IReadOnlyList<string> texts = Identities([0, 2], [1, 0]);

        Assert.Equal([$"1 {memory.HashOf(0)}", $"0 {memory.HashOf(2)}", "2 images"], texts);
        Assert.NotEqual(texts, Identities([0, 2], [1, 1]));
        Assert.NotEqual(texts, Identities([0, 3], [1, 0]));
        Assert.NotEqual(texts, Identities([2, 0], [0, 1]));

        IReadOnlyList<string> Identities(int[] places, int[] labels) =>
            new ImageSplit(memory, places, labels).Identities(workers: 2, TestContext.Current.CancellationToken);
    }

    [Fact]
    public void Identities_OfPhotosThatAreLeftOut_AreThoseOfTheOthers()
    {
        using ImageMemory memory = Memory(4);
        var found = new List<BadImage>();
        var photos = new ImageSplit(memory, [0, 1, 2, 3], [0, 1, 0, 1]) { Bad = new(BadImageHandling.MissingFeatures, found.Add) };
        photos.Bad.Add(1, new BadImageException("b.jpg", "it is lost."));
        photos.Bad.Add(1, new BadImageException("b.jpg", "it is lost again."));

        Assert.Equal(
            new ImageSplit(memory, [0, 2, 3], [0, 0, 1]).Identities(1, TestContext.Current.CancellationToken),
            photos.Identities(2, TestContext.Current.CancellationToken));
        Assert.Equal([0, 2, 3], photos.Usable().Places);
        Assert.Equal([0, 0, 1], photos.Usable().Labels);
        Assert.Equivalent(new[] { new BadImage("b.jpg", "it is lost.") }, found);
    }

    private static ImageMemory Memory(int count) =>
        new([.. Enumerable.Range(0, count).Select(photo => ImageSource.FromEncoded(new byte[] { (byte)photo }))], new() { Size = 16 });
}
