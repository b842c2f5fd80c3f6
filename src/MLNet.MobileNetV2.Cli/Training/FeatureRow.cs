using Microsoft.ML.Data;

namespace MLNet.MobileNetV2.Cli.Training;

/// <summary>A picture's features and class, kept in memory between featurizing and training.</summary>
internal sealed class FeatureRow
{
    public string ImagePath { get; set; } = string.Empty;

    public string Label { get; set; } = string.Empty;

    public float[] Features { get; set; } = [];

    /// <summary>Why a picture has no features although nothing is wrong with its file.</summary>
    public const string NoNumbers = "the network gives no finite numbers for it.";

    /// <summary>Whether every feature is a number: a bad picture has none, and a network may overflow anywhere.</summary>
    public bool IsUsable() => Array.TrueForAll(Features, float.IsFinite);

    /// <summary>The columns with features of the featurizer's type.</summary>
    public static SchemaDefinition Schema(int featureCount)
    {
        SchemaDefinition definition = SchemaDefinition.Create(typeof(FeatureRow));
        definition[nameof(Features)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, 1, featureCount);
        return definition;
    }
}
