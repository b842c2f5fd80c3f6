using Microsoft.ML;
using MLNet.MobileNetV2.Data;

namespace MLNet.MobileNetV2.Featurization.LookAhead;

/// <summary>Moves over rows whose features nobody asks for.</summary>
internal sealed class PassingCursor(AddedColumn features, DataViewRowCursor source) : DelegatingCursor(source)
{
    public override DataViewSchema Schema => features.Schema;

    public override long Position => Source.Position;

    public override bool MoveNext() => Source.MoveNext();

    public override bool IsColumnActive(DataViewSchema.Column column) =>
        features.SourceOf(column) is { } passed && Source.IsColumnActive(passed);

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) =>
        features.SourceOf(column) is { } passed && Source.IsColumnActive(passed)
        ? Source.GetGetter<TValue>(passed)
        : throw new InvalidOperationException($"The column '{column.Name}' is not active in this cursor.");
}
