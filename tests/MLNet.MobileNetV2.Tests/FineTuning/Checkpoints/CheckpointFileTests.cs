using MLNet.MobileNetV2.FineTuning.Checkpoints;
using MLNet.MobileNetV2.Tests.Support;

namespace MLNet.MobileNetV2.Tests.FineTuning.Checkpoints;

public sealed class CheckpointFileTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(OptimizerKind.AdamW, true, 6, true)]
    [InlineData(OptimizerKind.Sgd, true, 6, true)]
    [InlineData(OptimizerKind.Sgd, false, 0, false)]
    [InlineData(OptimizerKind.AdamW, false, 0, true)]
    [InlineData(OptimizerKind.AdamW, true, 0, false)]
    public void Restore_OfWhatWasSaved_GivesAllOfIt(OptimizerKind kind, bool hasAverage, int statistics, bool isValidated)
    {
        ResumableState saved = CheckpointStates.Advanced(kind, hasAverage, statistics, isValidated);
        ResumableState found = CheckpointStates.Fresh(kind, hasAverage, statistics);
        File().Save(saved, isFinished: false);

        Assert.True(File().Restore(found, resume: true));

        Assert.Equal(saved.Parameters, found.Parameters);
        Assert.Equal(saved.Statistics, found.Statistics);
        Assert.Equal(saved.Average?.Values, found.Average?.Values);
        Assert.Equal(saved.BestParameters, found.BestParameters);
        Assert.Equal(saved.BestStatistics, found.BestStatistics);
        Assert.Equal(saved.Validations, found.Validations);
        Assert.Equal(saved.Counters, found.Counters);
        Assert.Equal(saved.Optimizer.State.Keys, found.Optimizer.State.Keys);
        Assert.All(saved.Optimizer.State, pair => Assert.Equal(pair.Value, found.Optimizer.State[pair.Key]));
        Assert.Equal(isValidated, found.BestParameters is not null);
        Assert.NotEqual(saved.Parameters, saved.BestParameters);
    }

    [Theory]
    [InlineData(3, 0, true)]
    [InlineData(2, 4, true)]
    [InlineData(4, 0, false)]
    [InlineData(1, 5, false)]
    public void CheckWithin_StepsBeyondTheTraining_AreRefused(int epoch, int step, bool isWithin)
    {
        Exception? error = Record.Exception(() => File().CheckWithin(new() { Epoch = epoch, Step = step }, epochs: 3, stepsPerEpoch: 5));

        Assert.Equal(isWithin, error is null);
        if (!isWithin)
        {
            Assert.Contains(
                $"is at step {step} after epoch {epoch}; the training has 3 epochs of 5 steps.",
                Assert.IsType<CheckpointException>(error).Message,
                StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Prepare_MakesTheFolderAndRefusesACheckpointThatIsNotWanted()
    {
        string folder = Path.Combine(_folder.Path, "a", "b");
        CheckpointFile.Prepare(null);
        CheckpointFile.Prepare(new(folder));
        Assert.True(Directory.Exists(folder));

        new CheckpointFile(folder, CheckpointStates.Identity).Save(CheckpointStates.Advanced(), isFinished: false);

        CheckpointFile.Prepare(new(folder) { Resume = true });
        Assert.Throws<CheckpointException>(() => CheckpointFile.Prepare(new(folder)));
    }

    [Fact]
    public void Prepare_OfARestart_DeletesWhatIsThere()
    {
        System.IO.File.WriteAllText(_folder.File(CheckpointStates.FileName), "no checkpoint");

        CheckpointFile.Prepare(new(_folder.Path) { Restart = true });

        Assert.Empty(_folder.Names());
    }

    [Theory]
    [InlineData(true, true, true)]
    [InlineData(false, true, false)]
    [InlineData(false, false, true)]
    [InlineData(true, false, true)]
    public void DeleteReplaceable_DeletesTheCheckpointOfAnotherTrainingThatIsDone(bool isSame, bool isFinished, bool stays)
    {
        File().Save(CheckpointStates.Advanced(), isFinished);
        var file = new CheckpointFile(_folder.Path, isSame ? CheckpointStates.Identity : CheckpointStates.Identity with { Images = "x" });

        Exception? error = Record.Exception(() => file.DeleteReplaceable());

        Assert.Equal(!isSame && !isFinished, error is CheckpointException);
        Assert.Equal(stays, file.Exists);
    }

    [Fact]
    public void DeleteReplaceable_ForATrainingWhoseModelWasNotSaved_IsRefused()
    {
        File().Save(CheckpointStates.Advanced(), isFinished: true);
        var other = new CheckpointFile(_folder.Path, CheckpointStates.Identity with { Images = "x" });

        Assert.Contains(
            "whose model was not saved. Give the same, restart, or name another folder.",
            Assert.Throws<CheckpointException>(() => other.DeleteReplaceable(isModelSaved: false)).Message,
            StringComparison.Ordinal);
        Assert.True(other.Exists);
    }

    [Fact]
    public void DeleteReplaceable_OfADamagedCheckpoint_SaysSo()
    {
        System.IO.File.WriteAllText(_folder.File(CheckpointStates.FileName), "no checkpoint");

        Assert.Contains(
            "is damaged: ", Assert.Throws<CheckpointException>(() => File().DeleteReplaceable()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Save_ValidationThatIsNotFinite_ComesBack()
    {
        ResumableState saved = CheckpointStates.Advanced();
        saved.Add(new(double.PositiveInfinity, 0.25));
        saved.Add(new(double.NaN, 0.25));
        ResumableState found = CheckpointStates.Fresh();
        File().Save(saved, isFinished: false);

        File().Restore(found, resume: true);

        Assert.Equal(saved.Validations, found.Validations);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Restore_WithoutAFile_BeginsAnew(bool resume)
    {
        ResumableState state = CheckpointStates.Fresh();

        Assert.False(File().Restore(state, resume));
        Assert.Equal(new(), state.Counters);
        Assert.Empty(_folder.Names());
    }

    [Fact]
    public void Restore_NotAskedFor_RefusesTheFile()
    {
        File().Save(CheckpointStates.Advanced(), isFinished: false);

        CheckpointException error = Assert.Throws<CheckpointException>(() => File().Restore(CheckpointStates.Fresh(), resume: false));

        Assert.Equal(_folder.File(CheckpointStates.FileName), error.Path);
        Assert.Contains(error.Path, error.Message, StringComparison.Ordinal);
        Assert.Contains(
            "already exists. Resume the training, restart it, or name another folder.", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("x", "1b", "2c", "options")]
    [InlineData("0a", "x", "2c", "weights")]
    [InlineData("0a", "1b", "x", "images")]
    [InlineData("x", "1b", "x", "options and images")]
    public void Restore_OfAnotherTraining_SaysWhatDiffers(string options, string weights, string photos, string difference)
    {
        File().Save(CheckpointStates.Advanced(), isFinished: false);
        var other = new CheckpointFile(_folder.Path, new(options, weights, photos));
        ResumableState state = CheckpointStates.Fresh();

        CheckpointException error = Assert.Throws<CheckpointException>(() => other.Restore(state, resume: true));

        Assert.Contains(
            $"is of a training with other {difference} that is not finished. Give the same, restart, or name another folder.",
            error.Message,
            StringComparison.Ordinal);
        Assert.All(state.Parameters, value => Assert.Equal(0, value));
    }

    [Fact]
    public void Save_InAFolderThatIsNotThere_MakesIt()
    {
        string folder = _folder.File(Path.Combine("a", "b"));

        new CheckpointFile(folder, CheckpointStates.Identity).Save(CheckpointStates.Advanced(), isFinished: false);

        Assert.Equal([CheckpointStates.FileName], Directory.GetFileSystemEntries(folder).Select(Path.GetFileName));
    }

    [Fact]
    public void Save_Again_ReplacesTheFileAndLeavesNoOther()
    {
        ResumableState state = CheckpointStates.Advanced();
        File().Save(state, isFinished: false);
        state.Counters = state.Counters.NextEpoch();
        state.Parameters[3] = 42;
        File().Save(state, isFinished: false);
        ResumableState found = CheckpointStates.Fresh();

        File().Restore(found, resume: true);

        Assert.Equal((4, 42f), (found.Counters.Epoch, found.Parameters[3]));
        Assert.Equal([CheckpointStates.FileName], _folder.Names());
    }

    [Fact]
    public void Save_ThatFails_LeavesNoOtherFile()
    {
        Directory.CreateDirectory(_folder.File(CheckpointStates.FileName));

        Assert.ThrowsAny<Exception>(() => File().Save(CheckpointStates.Advanced(), isFinished: false));

        Assert.Equal([CheckpointStates.FileName], _folder.Names());
    }

    private CheckpointFile File() => new(_folder.Path, CheckpointStates.Identity);
}
