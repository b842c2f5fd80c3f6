using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.MobileNetV2.Tests.Featurization.LookAhead;

/// <summary>What a cursor gave for one row.</summary>
internal sealed record LookAheadRead(long Position, DataViewRowId Id, int Number, string Values, float[] Features)
{
    /// <summary>Every row of a view, in its order.</summary>
    public static List<LookAheadRead> All(IDataView data)
    {
        using DataViewRowCursor cursor = data.GetRowCursor(data.Schema.Where(column => column.Name != "Pixels"));
        ValueGetter<VBuffer<float>> features = cursor.GetGetter<VBuffer<float>>(data.Schema["Features"]);
        ValueGetter<ReadOnlyMemory<char>> text = cursor.GetGetter<ReadOnlyMemory<char>>(data.Schema["Text"]);
        ValueGetter<int> number = cursor.GetGetter<int>(data.Schema["Number"]);
        ValueGetter<bool> flag = cursor.GetGetter<bool>(data.Schema["Flag"]);
        ValueGetter<DateTime> time = cursor.GetGetter<DateTime>(data.Schema["Time"]);
        ValueGetter<VBuffer<double>> numbers = cursor.GetGetter<VBuffer<double>>(data.Schema["Numbers"]);
        ValueGetter<VBuffer<ReadOnlyMemory<char>>> words = cursor.GetGetter<VBuffer<ReadOnlyMemory<char>>>(data.Schema["Words"]);
        ValueGetter<DataViewRowId> id = cursor.GetIdGetter();
        var rows = new List<LookAheadRead>();
        (
            VBuffer<float> f,
            ReadOnlyMemory<char> t,
            int n,
            bool b,
            DateTime d,
            VBuffer<double> v,
            VBuffer<ReadOnlyMemory<char>> w,
            DataViewRowId i) = (default, default, 0, false, default, default, default, default);
        while (cursor.MoveNext())
        {
            features(ref f);
            text(ref t);
            number(ref n);
            flag(ref b);
            time(ref d);
            numbers(ref v);
            words(ref w);
            id(ref i);
            string values = $"{t} {n} {b} {d:O} [{string.Join(' ', v.DenseValues())}] [{string.Join(' ', w.DenseValues())}]";
            rows.Add(new(cursor.Position, i, n, values, [.. f.DenseValues()]));
        }

        return rows;
    }
}
