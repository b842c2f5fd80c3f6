using System.Globalization;
using CsvHelper;
using MLNet.MobileNetV2.Cli.Failures;

namespace MLNet.MobileNetV2.Cli.Output;

/// <summary>
/// The measures of a training as CSV, a row an epoch, written as they come: it can be read meanwhile, and what is there survives a stop.
/// The file is opened with the first row. Not thread-safe.
/// </summary>
/// <param name="terminal">Where to say that it cannot be written; the training goes on then. Its clock gives the seconds.</param>
/// <param name="path">The file.</param>
/// <param name="isContinued">Whether rows are added to those of a training that was stopped.</param>
internal sealed class EpochLog(Terminal terminal, string path, bool isContinued) : IProgress<FineTuneProgress>, IDisposable
{
    /// <summary>The names of the columns.</summary>
    public const string Header = "epoch,step,training_loss,training_accuracy,validation_loss,validation_accuracy,learning_rate,"
        + "images_per_second,seconds";

    private CsvWriter? _rows;
    private long _begin = terminal.Time.GetTimestamp();
    private int _lastEpoch = -1;
    private bool _isNew;
    private bool _isGivenUp;

    /// <summary>Finds out before the training begins whether the file can be written.</summary>
    /// <exception cref="CommandFailedException">It cannot, or an existing one would be lost.</exception>
    public static void Check(string path, bool mayReplace, bool isContinued)
    {
        OutputFile.CheckWritable(path);
        if (mayReplace || !File.Exists(path))
        {
            return;
        }

        if (!isContinued)
        {
            throw new CommandFailedException($"The log '{path}' already exists: --force replaces it, --resume goes on in it.");
        }

        // A stop may have cut the first line.
        if (!Header.StartsWith(Start(path), StringComparison.Ordinal))
        {
            throw new CommandFailedException($"'{path}' is no log to go on in: its first line is not '{Header}'. --force replaces it.");
        }
    }

    /// <summary>Takes the start, or the end of an epoch.</summary>
    public void Report(FineTuneProgress value)
    {
        bool isStart = value.Step == 0;
        _isNew |= isStart;
        if (_isGivenUp || (isStart && value.Validation is null))
        {
            _begin = terminal.Time.GetTimestamp();
            return;
        }

        try
        {
            _rows ??= Open();

            // A training that goes on may repeat the epoch that it was stopped behind; one that begins anew repeats nothing.
            if (_isNew || value.Epoch > _lastEpoch)
            {
                _rows.Write(Row(value));
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            _isGivenUp = true;
            terminal.Warn($"The log '{path}' cannot be written, and ends here: {Failure.OneLine(error)}");
        }

        _begin = terminal.Time.GetTimestamp();
    }

    public void Dispose()
    {
        try
        {
            _rows?.Dispose();
        }
        catch (IOException)
        {
            // Each row was flushed, or its error was told.
        }
    }

    /// <summary>The first line, or as much of it as a log's has.</summary>
    private static string Start(string path)
    {
        char[] start = new char[Header.Length + 1];
        using var reader = new StreamReader(path);
        return new string(start, 0, reader.ReadBlock(start)).Split('\n')[0];
    }

    private CsvWriter Open()
    {
        FileMode mode = isContinued ? FileMode.OpenOrCreate : FileMode.Create;
        var stream = new FileStream(path, mode, FileAccess.ReadWrite, FileShare.ReadWrite);
        using (var reader = new StreamReader(stream, leaveOpen: true))
        {
            // A stop may have cut the last row.
            string text = reader.ReadToEnd();
            string[] rows = text[..(text.LastIndexOf('\n') + 1)].Split('\n', StringSplitOptions.RemoveEmptyEntries);
            stream.SetLength(text.LastIndexOf('\n') + 1);
            stream.Seek(0, SeekOrigin.End);
            _lastEpoch = rows.Length > 1 && int.TryParse(rows[^1].Split(',')[0], CultureInfo.InvariantCulture, out int last) ? last : -1;
        }

        CsvWriter log = Csv.To(new StreamWriter(stream) { NewLine = "\n" });
        if (stream.Length == 0)
        {
            log.Write(Header.Split(','));
        }

        return log;
    }

    private string?[] Row(FineTuneProgress state)
    {
        bool isStart = state.Step == 0;
        object?[] values =
        [
            state.Epoch,
            isStart ? 0 : ((state.Epoch - 1L) * state.Steps) + state.Step,
            state.Loss,
            state.Accuracy,
            state.Validation?.Loss,
            state.Validation?.Accuracy,
            isStart ? null : state.LearningRate,
            isStart ? null : state.ImagesPerSecond,
            terminal.Time.GetElapsedTime(_begin).TotalSeconds,
        ];
        return Array.ConvertAll(values, value => value is double number
            ? number.ToString("G7", CultureInfo.InvariantCulture)
            : Convert.ToString(value, CultureInfo.InvariantCulture));
    }
}
