using System.Runtime.ExceptionServices;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.MobileNetV2.Featurization.Columns;

namespace MLNet.MobileNetV2.Featurization.LookAhead;

/// <summary>
/// Moves over featurized rows in the source's order. Rows are read ahead into a window of slots, where workers featurize them side by
/// side; every active column keeps each row's own value. Like any cursor, used by one thread at a time.
/// </summary>
internal sealed class LookAheadCursor : DataViewRowCursor
{
    // Slots a worker: enough that one slow image leaves the others busy.
    private const int SlotsPerWorker = 4;

    // Decoded images and wide columns are large; the workers are busy with fewer rows of them.
    private const long MaxHeldBytes = 256L * 1024 * 1024;

    private readonly DataViewRowCursor _source;
    private readonly FeaturizerRun _run;
    private readonly AddedColumn _features;
    private readonly Dictionary<int, SlotColumn> _columns = [];
    private readonly HashSet<int> _handedOut;
    private readonly ValueGetter<DataViewRowId> _sourceId;

    // The slot that was freed last is reused first, so that few slots hold stale values.
    private readonly Stack<RowSlot> _free = [];
    private readonly Queue<RowSlot> _window = [];
    private readonly int _capacity;
    private readonly Func<int, IImageRow> _images;
    private readonly int _workerCount;
    private FeatureWorkers? _workers;
    private ExceptionDispatchInfo? _sourceError;
    private bool _sourceHasEnded;
    private bool _isDisposed;
    private int _slotCount;
    private long _heldBytes;
    private long _position = -1;
    private long _nextPosition;

    public LookAheadCursor(
        AddedColumn features,
        DataViewRowCursor source,
        IEnumerable<DataViewSchema.Column> columnsNeeded,
        DataViewSchema.Column imageColumn,
        ImageColumnKind kind,
        FeaturizerRun run)
    {
        _features = features;
        _source = source;
        _run = run;
        _handedOut = [.. columnsNeeded.Select(column => column.Index)];
        _workerCount = run.Options.ThreadCount == 0 ? Environment.ProcessorCount : run.Options.ThreadCount;
        _capacity = _workerCount * Math.Max(SlotsPerWorker, 2 * run.Options.BatchSize);
        foreach (int column in _handedOut.Append(imageColumn.Index).Distinct().Order())
        {
            _columns.Add(column, SlotColumn.Create(source, source.Schema[column], _capacity));
        }

        _images = kind.Rows(_columns[imageColumn.Index]);
        _sourceId = source.GetIdGetter();
    }

    public override DataViewSchema Schema => _features.Schema;

    public override long Position => _position;

    public override long Batch => _position < 0 ? 0 : Current.Batch;

    private RowSlot Current => _position < 0
        ? throw new InvalidOperationException("The cursor is before the first row or after the last one: call MoveNext first.")
        : _window.Peek();

    public override bool IsColumnActive(DataViewSchema.Column column) =>
        _features.SourceOf(column) is not { } passed || _handedOut.Contains(passed.Index);

    public override bool MoveNext()
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        _run.Options.CancellationToken.ThrowIfCancellationRequested();
        if (_position >= 0)
        {
            RowSlot done = _window.Dequeue();
            done.Wait();
            _heldBytes -= done.Bytes;
            _free.Push(done);
        }

        FillWindow();
        if (_window.Count == 0)
        {
            _position = -1;
            _sourceError?.Throw();
            return false;
        }

        _position = _nextPosition++;
        return true;
    }

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
    {
        if (!IsColumnActive(column))
        {
            throw new InvalidOperationException($"The column '{column.Name}' is not active in this cursor.");
        }

        Delegate getter = _features.SourceOf(column) is { } passed
            ? _columns[passed.Index].Getter(() => Current.Index)
            : new ValueGetter<VBuffer<float>>(GetFeatures);
        return getter as ValueGetter<TValue> ?? throw new InvalidOperationException(
            $"The column '{column.Name}' is of type {column.Type}; its values are no {typeof(TValue)}.");
    }

    public override ValueGetter<DataViewRowId> GetIdGetter()
    {
        return Get;

        void Get(ref DataViewRowId id) => id = Current.Id;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing && !_isDisposed)
        {
            _isDisposed = true;
            _position = -1;
            _workers?.Dispose();
            try
            {
                // The user's handler of failed writes may throw.
                _run.Flush();
            }
            finally
            {
                _source.Dispose();
                foreach (RowSlot slot in _window.Concat(_free))
                {
                    slot.Dispose();
                }
            }
        }

        base.Dispose(disposing);
    }

    private void FillWindow()
    {
        try
        {
            while (_window.Count < _capacity && (_window.Count == 0 || _heldBytes < MaxHeldBytes) && !_sourceHasEnded)
            {
                if (!_source.MoveNext())
                {
                    _sourceHasEnded = true;
                    return;
                }

                ReadRow();
            }
        }
        catch (Exception error)
        {
            // The rows before are handed out first.
            _sourceHasEnded = true;
            _sourceError = ExceptionDispatchInfo.Capture(error);
        }
    }

    private void ReadRow()
    {
        if (!_free.TryPop(out RowSlot? slot))
        {
            slot = new RowSlot(_slotCount++, _run.Network.OutputLength);
        }

        try
        {
            Read(slot);
        }
        catch
        {
            _free.Push(slot);
            throw;
        }

        _heldBytes += slot.Bytes;
        _window.Enqueue(slot);
        _workers ??= new FeatureWorkers(_run, _images, _workerCount, _run.Options.BatchSize);
        _workers.Add(slot);
    }

    private void Read(RowSlot slot)
    {
        slot.Bytes = (long)slot.Features.Length * sizeof(float);
        foreach (SlotColumn column in _columns.Values)
        {
            slot.Bytes += column.Read(slot.Index);
        }

        DataViewRowId id = default;
        _sourceId(ref id);
        slot.Id = id;
        slot.Batch = _source.Batch;
        slot.Begin();
    }

    private void GetFeatures(ref VBuffer<float> value)
    {
        RowSlot slot = Current;
        slot.WaitAndThrow(_run.Options.CancellationToken);
        VBufferEditor<float> editor = VBufferEditor.Create(ref value, slot.Features.Length);
        slot.Features.CopyTo(editor.Values);
        value = editor.Commit();
    }
}
