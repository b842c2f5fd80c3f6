using Microsoft.ML.Data;

namespace MLNet.MobileNetV2.Featurization.Columns;

/// <summary>Binds the row classes to the user's column names and types.</summary>
internal static class FeaturizerSchema
{
    /// <summary>The type of OnnxTransformer's output, so that a model has one type before saving and after loading.</summary>
    public static VectorDataViewType FeaturesType(IReadOnlyList<int> shape) => new(NumberDataViewType.Single, shape.Prepend(1).ToArray());

    public static SchemaDefinition Input<TRow>(string columnName, DataViewType? columnType = null)
    {
        SchemaDefinition definition = SchemaDefinition.Create(typeof(TRow));
        SchemaDefinition.Column source = definition[nameof(IImageRow<int>.Source)];
        source.ColumnName = columnName;
        if (columnType is not null)
        {
            source.ColumnType = columnType;
        }

        return definition;
    }

    public static SchemaDefinition Output(string columnName, VectorDataViewType type)
    {
        SchemaDefinition definition = SchemaDefinition.Create(typeof(FeaturesRow));
        SchemaDefinition.Column features = definition[nameof(FeaturesRow.Features)];
        features.ColumnName = columnName;
        features.ColumnType = type;
        return definition;
    }

    public static VectorDataViewType PixelsType(int size) => new(NumberDataViewType.Single, 3, size, size);
}

/// <summary>The columns that one featurizer reads and writes.</summary>
internal sealed record FeaturizerColumns(string Input, ImageColumnKind Kind, string Output);

/// <summary>A row's features.</summary>
internal sealed class FeaturesRow
{
    public VBuffer<float> Features { get; set; }
}
