using System.Runtime.ExceptionServices;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.MobileNetV2.Parquet;

/// <summary>Moves over the rows of feature files, with one row group in memory.</summary>
internal sealed class FeatureFilesCursor(DataViewSchema schema, FeatureFileSet files, HashSet<int> active) : DataViewRowCursor
{
    private const int PathIndex = 0;
    private const int LabelIndex = 1;
    private const int FeaturesIndex = 2;

    private readonly ReadOnlyMemory<char>[]?[] _texts = [null, null];
    private float[] _features = [];
    private FeatureFile? _file;
    private int _nextFile;
    private int _nextGroup;
    private int _row = -1;
    private int _rowsInGroup;
    private long _position = -1;
    private bool _hasEnded;
    private ExceptionDispatchInfo? _error;

    public override DataViewSchema Schema => schema;

    public override long Position => _position;

    public override long Batch => 0;

    public override bool IsColumnActive(DataViewSchema.Column column) => active.Contains(column.Index);

    public override bool MoveNext()
    {
        // After an error, the rows that follow must not be taken for all of them.
        _error?.Throw();
        if (_hasEnded)
        {
            return false;
        }

        try
        {
            if (++_row < _rowsInGroup || NextGroup())
            {
                _position++;
                return true;
            }
        }
        catch (Exception error)
        {
            _position = -1;
            _error = ExceptionDispatchInfo.Capture(error);
            throw;
        }

        _hasEnded = true;
        _position = -1;
        return false;
    }

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
    {
        if (!IsColumnActive(column))
        {
            throw new InvalidOperationException($"The column '{column.Name}' is not active in this cursor.");
        }

        Delegate getter = column.Index == FeaturesIndex
            ? new ValueGetter<VBuffer<float>>(GetFeatures)
            : new ValueGetter<ReadOnlyMemory<char>>((ref ReadOnlyMemory<char> value) => value = _texts[column.Index]![Current]);
        return getter as ValueGetter<TValue> ?? throw new InvalidOperationException(
            $"The column '{column.Name}' is of type {column.Type}; its values are no {typeof(TValue)}.");
    }

    public override ValueGetter<DataViewRowId> GetIdGetter()
    {
        return Get;

        void Get(ref DataViewRowId id) => id = Current < 0 ? default : new DataViewRowId((ulong)_position, 0);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _hasEnded = true;
            _error = null;
            _position = -1;
            _file?.Dispose();
            _file = null;
        }

        base.Dispose(disposing);
    }

    private int Current => _position >= 0
        ? _row
        : throw new InvalidOperationException("The cursor is before the first row or after the last one: call MoveNext first.");

    private void GetFeatures(ref VBuffer<float> value)
    {
        int count = files.Origin.FeatureCount;
        int row = Current;
        VBufferEditor<float> editor = VBufferEditor.Create(ref value, count);
        _features.AsSpan(row * count, count).CopyTo(editor.Values);
        value = editor.Commit();
    }

    private bool NextGroup()
    {
        do
        {
            while (_file is null || _nextGroup == _file.GroupCount)
            {
                _file?.Dispose();
                _file = null;
                if (_nextFile == files.Files.Count)
                {
                    return false;
                }

                _file = Open(files.Files[_nextFile++]);
                _nextGroup = 0;
            }

            Read(_file, _nextGroup++);
        }
        while (_rowsInGroup == 0);
        _row = 0;
        return true;
    }

    // Other rows would be taken for those that a split counted.
    private FeatureFile Open(FeatureFileEntry entry)
    {
        FeatureFile file = FeatureFile.Open(entry.Path, entry.Name);
        if (file.Fingerprint == entry.Fingerprint)
        {
            return file;
        }

        string found = file.Origin.DifferenceFrom(files.Origin) is { } difference
            ? $"its features differ in {difference}."
            : $"it had {entry.RowCount} images, and has {file.RowCount} that are not all the same.";
        file.Dispose();
        throw new FeatureFileException(entry.Name, $"it was replaced since it was first read: {found} Load the files again.");
    }

    private void Read(FeatureFile file, int group)
    {
        _rowsInGroup = file.RowsIn(group);
        foreach (int column in (ReadOnlySpan<int>)[PathIndex, LabelIndex])
        {
            _texts[column] = active.Contains(column)
                ? file.ReadTexts(group, isLabel: column == LabelIndex)
                : null;
        }

        _features = active.Contains(FeaturesIndex) ? file.ReadFeatures(group) : [];
    }
}
