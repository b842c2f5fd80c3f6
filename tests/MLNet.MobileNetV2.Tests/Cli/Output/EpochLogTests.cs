using Microsoft.Extensions.Time.Testing;
using MLNet.MobileNetV2.Cli.Output;
using MLNet.MobileNetV2.Tests.Support;

namespace MLNet.MobileNetV2.Tests.Cli.Output;

public sealed class EpochLogTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly StringWriter _error = new() { NewLine = "\n" };
    private readonly FakeTimeProvider _time = new();

    public void Dispose()
    {
        _folder.Dispose();
        _error.Dispose();
    }

    private string Path => _folder.File("log.csv");

    [Fact]
    public void Report_WritesWhatIsKnownAtOnce()
    {
        using EpochLog log = Log(false);
        _time.Advance(TimeSpan.FromSeconds(9));
        log.Report(new() { Epochs = 2, Steps = 3, Validation = new(1.5, 0.25) });
        _time.Advance(TimeSpan.FromSeconds(1.25));
        log.Report(Epoch(1, validation: new(double.NaN, null)));

        Assert.Equal($"{EpochLog.Header}\n0,0,,,1.5,0.25,,,9\n1,3,0.5,0.75,NaN,,0.001,40,1.25\n", Text());

        _time.Advance(TimeSpan.FromSeconds(2));
        log.Report(Epoch(2));

        Assert.EndsWith("\n2,6,0.5,0.75,,,0.001,40,2\n", Text(), StringComparison.Ordinal);
    }

    [Fact]
    public void Report_OfAStartWithoutAValidation_WritesNothing()
    {
        using EpochLog log = Log(false);
        _time.Advance(TimeSpan.FromSeconds(9));
        log.Report(new() { Epochs = 2, Steps = 3 });
        Assert.Empty(_folder.Names());

        _time.Advance(TimeSpan.FromSeconds(1));
        log.Report(Epoch(1));

        Assert.EndsWith(",40,1\n", Text(), StringComparison.Ordinal);
    }

    [Fact]
    public void Report_OfATrainingThatGoesOn_RepeatsNoEpochAndDropsARowThatWasCut()
    {
        Write(false, 1, 2);
        File.AppendAllText(Path, "3,9,0.");

        Write(true, 2, 3);

        Assert.Equal(["1", "2", "3"], Epochs());
        Assert.Equal(4, File.ReadLines(Path).Count());
    }

    [Fact]
    public void Report_OfATrainingThatBeginsAnew_AddsEveryEpoch()
    {
        Write(false, 1, 2);

        using (EpochLog log = Log(true))
        {
            log.Report(new() { Epochs = 2, Steps = 3 });
            log.Report(Epoch(1));
        }

        Assert.Equal(["1", "2", "1"], Epochs());
    }

    [Theory]
    [InlineData("")]
    [InlineData("epoch,st")]
    public void Report_AfterAStopInTheFirstLine_WritesItAgain(string left)
    {
        File.WriteAllText(Path, left);

        Write(true, 1);

        Assert.Equal(["1"], Epochs());
        Assert.Equal(EpochLog.Header, File.ReadLines(Path).First());
    }

    [Fact]
    public void Report_ReplacesWhatIsNotGoneOnWith()
    {
        Write(false, 1, 2);
        Write(false, 1);

        Assert.Equal(["1"], Epochs());
    }

    [Fact]
    public void Report_WhereTheFileCannotBeWritten_SaysSoOnceAndGoesOn()
    {
        using EpochLog log = new(new Terminal(TextWriter.Null, _error, _time), _folder.File("missing/log.csv"), false);

        log.Report(Epoch(1));
        log.Report(Epoch(2));

        Assert.Equal(1, _error.ToString().Count(c => c == '\n'));
        AssertMessage.Tells(_error.ToString(), _folder.File("missing/log.csv"), "cannot be written, and ends here");
    }

    private EpochLog Log(bool isContinued) => new(new Terminal(TextWriter.Null, _error, _time), Path, isContinued);

    private void Write(bool isContinued, params int[] epochs)
    {
        using EpochLog log = Log(isContinued);
        foreach (int epoch in epochs)
        {
            log.Report(Epoch(epoch));
        }
    }

    private static FineTuneProgress Epoch(int epoch, ValidationResult? validation = null) => new()
    {
        Epoch = epoch,
        Epochs = 2,
        Step = 3,
        Steps = 3,
        Loss = 0.5,
        Accuracy = 0.75,
        LearningRate = 0.001,
        ImagesPerSecond = 40,
        Validation = validation,
    };

    private string Text()
    {
        using var stream = new FileStream(Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    private IEnumerable<string> Epochs() => File.ReadLines(Path).Skip(1).Select(row => row.Split(',')[0]);
}
