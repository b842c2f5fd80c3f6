using MLNet.MobileNetV2.FineTuning.Gradients;
using MLNet.MobileNetV2.Tests.Support;

namespace MLNet.MobileNetV2.Tests.FineTuning.Gradients;

public class GradientArgumentTests
{
    private static readonly GradientCase Test = GradientCase.Create(60, new GradientOptions { Blocks = 1 }, samples: 2);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void Constructor_MoreBlocksThanThereAre_Throws() =>
        Assert.Contains(
            "last 99 blocks",
            Assert.Throws<ArgumentOutOfRangeException>(() => Make(new() { Blocks = 99 })).Message,
            StringComparison.Ordinal);

    [Fact]
    public void Constructor_OptionsThatAreNotAllowed_NameThem()
    {
        AssertNames("BatchNorm", new() { BatchNorm = (BatchNormTraining)9 });
        AssertNames("Loss", new() { Loss = (GradientLoss)9 });
        AssertNames("MicroBatch", new() { MicroBatch = -1 });
        AssertNames("FeatureWeight", new() { FeatureWeight = -1, Loss = GradientLoss.Distillation });
        AssertNames("ThreadCount", new() { ThreadCount = -1 });

        static void AssertNames(string name, GradientOptions options) =>
            Assert.Contains(
                $"{name} is ", Assert.Throws<ArgumentOutOfRangeException>(() => Make(options)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Constructor_WithAFeatureWeightOfAnotherLoss_SaysWhichTakesOne() => Assert.Contains(
        "FeatureWeight is given; Loss must be Distillation, not CrossEntropy.",
        Assert.Throws<ArgumentException>(() => Make(new() { FeatureWeight = 1 })).Message,
        StringComparison.Ordinal);

    [Theory]
    [InlineData(2, false)]
    [InlineData(0, true)]
    public void Constructor_NothingToTrainTowards_Throws(int blocks, bool isSquaredError)
    {
        MobileNetV2Weights headless = RandomWeights.Create(1, RandomWeights.Narrow(), new ImagePreprocessing { Size = 32 });
        var options =
            new GradientOptions { Blocks = blocks, Loss = isSquaredError ? GradientLoss.SquaredError : GradientLoss.CrossEntropy };

        Assert.Contains(
            "end at the features",
            Assert.Throws<ArgumentException>(() => new GradientEngine(headless, options)).Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(-1)]
    public void Constructor_DilatedConvolutions_AreRefusedWithTheWayOut(int blocks)
    {
        var options = new GradientOptions { Blocks = blocks < 0 ? FineTuneBlocks.All : FineTuneBlocks.Last(blocks) };

        string message = Assert.Throws<NotSupportedException>(() => new GradientEngine(Dilated(), options)).Message;

        Assert.Contains(
            "output stride is 16. Train the same weights at output stride 32, or the classifier alone.", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Constructor_TheClassifierOfADilatedNetwork_IsTrained()
    {
        using var engine = new GradientEngine(Dilated(), new() { Blocks = FineTuneBlocks.HeadOnly });

        Assert.Equal(["classifier.1.weight", "classifier.1.bias"], engine.Tensors.Select(tensor => tensor.Name));
    }

    private static MobileNetV2Weights Dilated() => RandomWeights.Create(
        1, new MobileNetV2Architecture(2, widthMultiplier: 0.1, outputStride: 16), new ImagePreprocessing { Size = 32 });

    [Fact]
    public void Run_LengthsThatDoNotFit_NameThem()
    {
        AssertNames("has 0 samples", Test.Batch with { Count = 0 });
        AssertNames("Inputs", Test.Batch with { Inputs = new float[1] });
        AssertNames("Targets", Test.Batch with { Targets = new float[1] });
        AssertNames("Weights", Test.Batch with { Weights = new float[1] });
        AssertNames("Dropout", Test.Batch with { Dropout = new float[1] });
        AssertNames("divided by -1", Test.Batch with { Normalizer = -1 });
        AssertNames("divided by 0", Test.Batch with { Normalizer = 0, Weights = new float[2] });

        static void AssertNames(string text, GradientBatch batch)
        {
            using GradientEngine engine = Make(Test.Options);
            float[] parameters = new float[engine.Tensors.TotalLength];
            Assert.Contains(
                text, Assert.Throws<ArgumentException>(
                    () => engine.Run(parameters, batch, new float[parameters.Length], Token)).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Buffers_OfAnotherLength_Throw()
    {
        using GradientEngine engine = Make(Test.Options);
        float[] right = new float[engine.Tensors.TotalLength];
        float[] wrong = new float[right.Length + 1];

        Assert.Throws<ArgumentException>(() => engine.ReadInitial(wrong));
        Assert.Throws<ArgumentException>(() => engine.ToWeights(wrong));
        Assert.Throws<ArgumentException>(() => engine.Run(wrong, Test.Batch, right, Token));
        Assert.Throws<ArgumentException>(() => engine.Run(right, Test.Batch, wrong, Token));
        Assert.Throws<ArgumentException>(() => engine.Evaluate(right, new float[5], new float[3], Token));
    }

    [Fact]
    public void InputTap_SaysWhereSamplesComeFrom()
    {
        using GradientEngine head = Make(new());
        using GradientEngine last = Make(new() { Blocks = 2 });
        using GradientEngine all = Make(new() { Blocks = FineTuneBlocks.All });
        using GradientEngine blocks = Make(new() { Blocks = 9 });

        Assert.Equal(FeatureTap.Features, head.InputTap);
        Assert.Equal([1280], head.InputShape);
        Assert.Equal(new FeatureTap(7, IsPooled: false), last.InputTap);
        Assert.Equal(last.InputTap!.ShapeOf(Test.Weights.Architecture, 8), last.InputShape);
        Assert.Null(all.InputTap);
        Assert.Equal([3, 8, 8], all.InputShape);
        Assert.Equal(new FeatureTap(0, IsPooled: false), blocks.InputTap);
        Assert.Equal([8, 4, 4], blocks.InputShape);
    }

    private static GradientEngine Make(GradientOptions options) => new(Test.Weights, options);
}
