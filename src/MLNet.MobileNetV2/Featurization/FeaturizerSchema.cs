using Microsoft.ML.Data;
using MLNet.MobileNetV2.Network;

namespace MLNet.MobileNetV2.Featurization;

/// <summary>Binds the row classes to the user's column names and types.</summary>
internal static class FeaturizerSchema
{
    /// <summary>The type of OnnxTransformer's output, so that a model has one type before saving and after loading.</summary>
    public static VectorDataViewType FeaturesType { get; } = new(NumberDataViewType.Single, 1, MobileNetV2Architecture.DefaultFeatureCount);

    public static SchemaDefinition Input<TRow>(string columnName, DataViewType? columnType = null)
    {
        SchemaDefinition definition = SchemaDefinition.Create(typeof(TRow));
        SchemaDefinition.Column source = definition[nameof(PathRow.Source)];
        source.ColumnName = columnName;
        if (columnType is not null)
        {
            source.ColumnType = columnType;
        }

        return definition;
    }

    public static SchemaDefinition Output(string columnName)
    {
        SchemaDefinition definition = SchemaDefinition.Create(typeof(FeaturesRow));
        SchemaDefinition.Column features = definition[nameof(FeaturesRow.Features)];
        features.ColumnName = columnName;
        features.ColumnType = FeaturesType;
        return definition;
    }

    public static VectorDataViewType PixelsType(int size) => new(NumberDataViewType.Single, 3, size, size);
}
