using System.Globalization;
using CsvHelper;
using MLNet.MobileNetV2.Cli.Inputs;
using MLNet.MobileNetV2.Cli.Output;

namespace MLNet.MobileNetV2.Cli.Labelling;

/// <summary>Labels as CSV in UTF-8. A photo without a value has an empty field. Not thread-safe.</summary>
internal sealed class CsvLabels : ILabelRows
{
    private readonly LabelColumns _columns;
    private readonly CsvWriter _rows;

    public CsvLabels(Stream stream, LabelColumns columns)
    {
        _columns = columns;
        _rows = Csv.To(new StreamWriter(stream, leaveOpen: true) { NewLine = "\n" });
        _rows.WriteRecord([
            LabelColumns.Path,
            .. Enumerable.Range(0, columns.Top).SelectMany(rank => new[] { LabelColumns.Label(rank), LabelColumns.Score(rank) }),
            .. columns.HasBest ? [LabelColumns.Best] : Array.Empty<string>(),
            LabelColumns.Error,
        ]);
    }

    public Task AddAsync(PhotoOutcome<PhotoLabel> photo)
    {
        _rows.WriteField(photo.Path);
        for (int rank = 0; rank < _columns.Top; rank++)
        {
            _rows.WriteField(rank == 0 ? photo.Result?.Name : photo.Result?.Scores[rank].Label);
            _rows.WriteField(photo.Result?.Scores[rank].Score.ToString(CultureInfo.InvariantCulture));
        }

        if (_columns.HasBest)
        {
            _rows.WriteField(photo.Result?.Scores[0].Label);
        }

        _rows.WriteField(photo.Error?.Reason);
        _rows.EndRecord();
        return Task.CompletedTask;
    }

    public Task EndAsync()
    {
        _rows.Dispose();
        return Task.CompletedTask;
    }
}
