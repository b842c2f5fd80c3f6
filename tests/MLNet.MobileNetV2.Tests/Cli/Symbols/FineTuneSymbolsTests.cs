using MLNet.MobileNetV2.Tests.Cli.Commands;

namespace MLNet.MobileNetV2.Tests.Cli.Symbols;

public sealed class FineTuneSymbolsTests : IDisposable
{
    private readonly FineTuneFolder _folder = new(1);

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("--fine-tune is '0'; a number of blocks from 1 up, auto or all is needed.", "--fine-tune", "0")]
    [InlineData("--fine-tune is '-1'; a number of blocks from 1 up, auto or all is needed.", "--fine-tune", "-1")]
    [InlineData("--fine-tune is 'x'; a number of blocks from 1 up, auto or all is needed.", "--fine-tune", "x")]
    [InlineData("--fine-tune is ''; a number of blocks from 1 up, auto or all is needed.", "--fine-tune", "")]
    [InlineData("--epochs can only be used with --fine-tune.", "--epochs", "5")]
    [InlineData("--augment can only be used with --fine-tune.", "--augment", "light")]
    [InlineData("--learning-rate can only be used with --fine-tune.", "--learning-rate", "0.1")]
    [InlineData("--checkpoint can only be used with --fine-tune.", "--checkpoint", "folder")]
    [InlineData("--resume can only be used with --fine-tune.", "--resume", "--checkpoint", "folder")]
    [InlineData("--resume needs the folder of --checkpoint.", "--fine-tune", "1", "--resume")]
    [InlineData("--restart can only be used with --fine-tune.", "--restart", "--checkpoint", "folder")]
    [InlineData("--restart needs the folder of --checkpoint.", "--fine-tune", "1", "--restart")]
    [
        InlineData(
            "--resume and --restart are both given; one of them is allowed.",
            "--fine-tune",
            "1",
            "--checkpoint",
            "folder",
            "--resume",
            "--restart"),
    ]
    [InlineData("--checkpoint is empty; a path is needed.", "--fine-tune", "1", "--checkpoint", "")]
    [InlineData("--recipe can only be used with --fine-tune.", "--recipe", "r.json")]
    [InlineData("--log can only be used with --fine-tune.", "--log", "log.csv")]
    [InlineData("--force can only be used with --fine-tune.", "--force", "--log", "log.csv")]
    [InlineData("--force can only be used with --log.", "--fine-tune", "1", "--force")]
    [InlineData("--recipe is empty; a path is needed.", "--fine-tune", "1", "--recipe", "")]
    [InlineData("--log is empty; a path is needed.", "--fine-tune", "1", "--log", "")]
    [InlineData("--patience is 3; it needs images to validate on: give --validation.", "--fine-tune", "1", "--patience", "3")]
    [InlineData("--minutes can only be used with --fine-tune auto.", "--fine-tune", "1", "--minutes", "3")]
    [InlineData("--minutes can only be used with --fine-tune.", "--minutes", "3")]
    [InlineData("--minutes is '0'; a number from 0.1 to 10000 is needed.", "--fine-tune", "auto", "--minutes", "0")]
    [InlineData("--minutes is 'long'; a number from 0.1 to 10000 is needed.", "--fine-tune", "auto", "--minutes", "long")]
    [InlineData("--minutes is 'NaN'; a number from 0.1 to 10000 is needed.", "--fine-tune", "auto", "--minutes", "NaN")]
    [
        InlineData(
            "--fine-tune needs the images themselves: it cannot be used with --features or --cache.",
            "--fine-tune",
            "1",
            "--cache",
            "folder"),
    ]
    public async Task Train_WithAWrongOption_SaysWhatIsAllowed(string expected, params string[] options)
    {
        CliRun run = await _folder.TrainAsync(options);

        Assert.Contains($"{expected}\n", run.AssertFailed(2), StringComparison.Ordinal);
        Assert.Equal(["tiny.safetensors"], _folder.Names());
    }
}
