using MLNet.MobileNetV2.Cli.Failures;

namespace MLNet.MobileNetV2.Tests.Cli.Failures;

public sealed class FailureTests
{
    [Fact]
    public void Describe_OfAnErrorThatCanHappenToAnyone_IsItsMessage() => Assert.All(
        new Exception[]
        {
            new CommandFailedException("message"),
            new BadImageException("a.jpg", "reason"),
            new ImageFolderException("photos", "reason"),
            new FeatureFileException("a.parquet", "reason"),
            new CheckpointException("checkpoint.safetensors", "is damaged."),
            new WeightsFormatException("a.tflite", "reason"),
            new WeightsUnavailableException("a.tflite", "reason"),
            new FileNotFoundException("message"),
            new InvalidDataException("message"),
            new DllNotFoundException("message"),
            new UnauthorizedAccessException("message"),
        },
        failure => Assert.Equal(failure.Message, Failure.Describe(failure)));

    [Fact]
    public void Describe_OfAnyOtherError_IsOneLineThatAdmitsIt()
    {
        var failure = new InvalidOperationException("outer", new ArgumentException("first line\nsecond line", "path"));

        Assert.Equal("Unexpected error, probably in this program: ArgumentException: first line", Failure.Describe(failure));
    }

    [Fact]
    public void Describe_OfSeveralErrorsAtOnce_SaysTheFirstCause() => Assert.Equal(
        "Unexpected error, probably in this program: FormatException: cause",
        Failure.Describe(
            new AggregateException(new InvalidOperationException("outer", new FormatException("cause")), new FormatException("other"))));

    [Fact]
    public void OneLine_OfAnArgumentError_LeavesTheParameterOut() =>
        Assert.Equal("no such thing", Failure.OneLine(new ArgumentException("no such thing", "path")));

    [Fact]
    public void ExitCodeOf_FollowsTheCommandOrIsOne()
    {
        Assert.Equal(2, Failure.ExitCodeOf(new CommandFailedException("message", ExitCode.WrongUsage)));
        Assert.Equal(1, Failure.ExitCodeOf(new CommandFailedException("message")));
        Assert.Equal(1, Failure.ExitCodeOf(new InvalidOperationException()));
    }
}
