using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.MobileNetV2.Data;

namespace MLNet.MobileNetV2.Classification;

/// <summary>Holds a schema against what the trainer needs: a key as label, a vector of floats of known size as features.</summary>
internal static class HeadColumns
{
    /// <summary>Checks the shape of a pipeline's data.</summary>
    /// <exception cref="ArgumentException">A column is missing or of a wrong type.</exception>
    public static void Check(SchemaShape shape, MobileNetV2HeadOptions options)
    {
        const SchemaShape.Column.VectorKind Scalar = SchemaShape.Column.VectorKind.Scalar;
        SchemaShape.Column label = SchemaColumns.Find(shape, "label", options.LabelColumnName);
        if (!(label.IsKey && label.Kind == Scalar && label.ItemType == NumberDataViewType.UInt32))
        {
            throw WrongLabel(options.LabelColumnName, SchemaColumns.Show(label));
        }

        if (options.ExampleWeightColumnName is { } weightName)
        {
            SchemaShape.Column weight = SchemaColumns.Find(shape, "example weight", weightName);
            if (weight.IsKey || weight.Kind != Scalar || weight.ItemType != NumberDataViewType.Single)
            {
                throw WrongWeight(weightName, SchemaColumns.Show(weight));
            }
        }

        SchemaShape.Column features = SchemaColumns.Find(shape, "feature", options.FeatureColumnName);
        if (features.IsKey || features.Kind != SchemaShape.Column.VectorKind.Vector || features.ItemType != NumberDataViewType.Single)
        {
            throw WrongFeatures(options.FeatureColumnName, SchemaColumns.Show(features));
        }
    }

    /// <summary>Finds the columns of data.</summary>
    /// <exception cref="ArgumentException">A column is missing or of a wrong type.</exception>
    public static (DataViewSchema.Column Label, DataViewSchema.Column Features) Find(DataViewSchema schema, MobileNetV2HeadOptions options)
    {
        DataViewSchema.Column label = FindLabel(schema, options.LabelColumnName);
        DataViewSchema.Column features = SchemaColumns.Find(schema, "feature", options.FeatureColumnName);
        return features.Type is VectorDataViewType { IsKnownSize: true } vector && vector.ItemType == NumberDataViewType.Single
            ? (label, features)
            : throw WrongFeatures(options.FeatureColumnName, features.Type.ToString());
    }

    /// <summary>Finds the column with the weights of the rows; null if none is asked for.</summary>
    /// <exception cref="ArgumentException">It is missing or of a wrong type.</exception>
    public static DataViewSchema.Column? FindWeight(DataViewSchema schema, MobileNetV2HeadOptions options)
    {
        if (options.ExampleWeightColumnName is not { } name)
        {
            return null;
        }

        DataViewSchema.Column weight = SchemaColumns.Find(schema, "example weight", name);
        return weight.Type == NumberDataViewType.Single ? weight : throw WrongWeight(name, weight.Type.ToString());
    }

    /// <summary>Finds the label column of data.</summary>
    /// <exception cref="ArgumentException">It is missing or of a wrong type.</exception>
    public static DataViewSchema.Column FindLabel(DataViewSchema schema, string name)
    {
        DataViewSchema.Column label = SchemaColumns.Find(schema, "label", name);
        return label.Type is KeyDataViewType && label.Type.RawType == typeof(uint) ? label : throw WrongLabel(name, label.Type.ToString());
    }

    private static ArgumentException WrongLabel(string name, string? found) => new(
        $"The label column '{name}' is of type {found}; a key (Key<UInt32>) is needed. "
        + $"Append mlContext.Transforms.Conversion.MapValueToKey(\"{name}\") before the trainer.");

    private static ArgumentException WrongWeight(string name, string? found) =>
        new($"The example weight column '{name}' is of type {found}; a number of type Single is needed.");

    private static ArgumentException WrongFeatures(string name, string? found) => new(
        $"The feature column '{name}' is of type {found}; a vector of Single of known size, such as Vector<Single, 1280>, is needed.");
}
