using Microsoft.ML.Data;

namespace MLNet.MobileNetV2.Cli.Training;

/// <summary>A picture's features and class, kept in memory between featurizing and training.</summary>
internal sealed class FeatureRow
{
    public string ImagePath { get; set; } = string.Empty;

    public string Label { get; set; } = string.Empty;

    public float[] Features { get; set; } = [];

    /// <summary>The columns with features of the featurizer's type.</summary>
    public static SchemaDefinition Schema(int featureCount)
    {
        SchemaDefinition definition = SchemaDefinition.Create(typeof(FeatureRow));
        definition[nameof(Features)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, 1, featureCount);
        return definition;
    }
}
