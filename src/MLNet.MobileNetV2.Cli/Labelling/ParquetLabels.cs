using MLNet.MobileNetV2.Cli.Inputs;
using Parquet;
using Parquet.Schema;

namespace MLNet.MobileNetV2.Cli.Labelling;

/// <summary>Labels as Parquet. A photo without a value has null. Not thread-safe.</summary>
internal sealed class ParquetLabels : ILabelRows
{
    private const int RowsPerGroup = 8192;

    private readonly ParquetWriter _writer;
    private readonly LabelColumns _columns;
    private readonly DataField[] _fields;
    private readonly List<PhotoOutcome<PhotoLabel>> _rows = new(RowsPerGroup);

    private ParquetLabels(ParquetWriter writer, LabelColumns columns, DataField[] fields)
    {
        _writer = writer;
        _columns = columns;
        _fields = fields;
    }

    public static async Task<ParquetLabels> CreateAsync(Stream stream, LabelColumns columns)
    {
        DataField[] fields =
        [
            new(LabelColumns.Path, typeof(string), isNullable: false),
            .. Enumerable.Range(0, columns.Top).SelectMany(rank => new DataField[]
            {
                new(LabelColumns.Label(rank), typeof(string), isNullable: true),
                new(LabelColumns.Score(rank), typeof(float), isNullable: true),
            }),
            .. columns.HasBest ? [Text(LabelColumns.Best)] : Array.Empty<DataField>(),
            Text(LabelColumns.Error),
        ];
        return new(await ParquetWriter.CreateAsync(new ParquetSchema(fields), stream), columns, fields);

        static DataField Text(string name) => new(name, typeof(string), isNullable: true);
    }

    public Task AddAsync(PhotoOutcome<PhotoLabel> photo)
    {
        _rows.Add(photo);
        return _rows.Count == RowsPerGroup ? WriteGroupAsync() : Task.CompletedTask;
    }

    public async Task EndAsync()
    {
        if (_rows.Count > 0)
        {
            await WriteGroupAsync();
        }

        await _writer.DisposeAsync();
    }

    private async Task WriteGroupAsync()
    {
        using ParquetRowGroupWriter group = _writer.CreateRowGroup();
        int field = 0;
        await TextAsync(photo => photo.Path);
        for (int i = 0; i < _columns.Top; i++)
        {
            int rank = i;
            await TextAsync(photo => rank == 0 ? photo.Result?.Name : photo.Result?.Scores[rank].Label);
            float?[] scores = [.. _rows.Select(photo => photo.Result?.Scores[rank].Score)];
            await group.WriteAsync<float>(_fields[field++], scores.AsMemory());
        }

        if (_columns.HasBest)
        {
            await TextAsync(photo => photo.Result?.Scores[0].Label);
        }

        await TextAsync(photo => photo.Error?.Reason);
        group.CompleteValidate();
        _rows.Clear();

        async Task TextAsync(Func<PhotoOutcome<PhotoLabel>, string?> value) =>
            await group.WriteAsync(_fields[field++], [.. _rows.Select(value)], repetitionLevels: null);
    }
}
