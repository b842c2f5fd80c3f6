using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;

namespace MLNet.MobileNetV2.Classification;

/// <summary>A label of text, which a trainer maps to a key by itself and whose prediction is text again.</summary>
/// <param name="transforms">The catalog of the trainer's environment.</param>
/// <param name="name">Name of the label column.</param>
internal sealed class TextLabel(TransformsCatalog transforms, string name)
{
    /// <summary>Whether the label column of data is text.</summary>
    public bool IsIn(DataViewSchema schema) => schema.GetColumnOrNull(name)?.Type is TextDataViewType;

    /// <summary>Whether the label column of a shape is text.</summary>
    public bool IsIn(SchemaShape shape) =>
        shape.Any(column => column.Name == name && column.ItemType is TextDataViewType && column.Kind == SchemaShape.Column.VectorKind.Scalar);

    /// <summary>Maps texts to keys in their ordinal order, whatever the order of the rows.</summary>
    public IEstimator<ITransformer> ToKey() =>
        transforms.Conversion.MapValueToKey(name, keyOrdinality: ValueToKeyMappingEstimator.KeyOrdinality.ByValue);

    /// <summary>Maps predicted keys to texts.</summary>
    public IEstimator<ITransformer> ToText(string predictedLabel) => transforms.Conversion.MapKeyToValue(predictedLabel);
}
