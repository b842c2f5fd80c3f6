using Microsoft.ML;
using MLNet.MobileNetV2.Data;

namespace MLNet.MobileNetV2.Featurization.LookAhead;

/// <summary>Moves over rows whose features nobody asks for.</summary>
internal sealed class PassingCursor(DataViewSchema schema, DataViewRowCursor source) : DelegatingCursor(source)
{
    public override DataViewSchema Schema => schema;

    public override long Position => Source.Position;

    public override bool MoveNext() => Source.MoveNext();

    public override bool IsColumnActive(DataViewSchema.Column column) =>
        column.Index < Source.Schema.Count && Source.IsColumnActive(Source.Schema[column.Index]);

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) => IsColumnActive(column)
        ? Source.GetGetter<TValue>(Source.Schema[column.Index])
        : throw new InvalidOperationException($"The column '{column.Name}' is not active in this cursor.");
}
