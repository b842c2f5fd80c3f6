using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.MobileNetV2.Classification;

/// <summary>Holds a schema against what the trainer needs: a key as label, a vector of floats of known size as features.</summary>
internal static class HeadColumns
{
    /// <summary>Checks the shape of a pipeline's data.</summary>
    /// <exception cref="ArgumentException">A column is missing or of a wrong type.</exception>
    public static void Check(SchemaShape shape, MobileNetV2HeadOptions options)
    {
        const SchemaShape.Column.VectorKind Scalar = SchemaShape.Column.VectorKind.Scalar;
        SchemaShape.Column label = Find("label", options.LabelColumnName);
        if (!(label.IsKey && label.Kind == Scalar && label.ItemType == NumberDataViewType.UInt32))
        {
            throw WrongLabel(options.LabelColumnName, Show(label));
        }

        if (options.ExampleWeightColumnName is { } weightName)
        {
            SchemaShape.Column weight = Find("example weight", weightName);
            if (weight.IsKey || weight.Kind != Scalar || weight.ItemType != NumberDataViewType.Single)
            {
                throw WrongWeight(weightName, Show(weight));
            }
        }

        SchemaShape.Column features = Find("feature", options.FeatureColumnName);
        if (features.IsKey || features.Kind != SchemaShape.Column.VectorKind.Vector || features.ItemType != NumberDataViewType.Single)
        {
            throw WrongFeatures(options.FeatureColumnName, Show(features));
        }

        SchemaShape.Column Find(string role, string name)
        {
            SchemaShape.Column found = shape.FirstOrDefault(column => column.Name == name);
            return found.Name is not null ? found : throw Missing(role, name, shape.Select(column => column.Name));
        }
    }

    /// <summary>Finds the columns of data.</summary>
    /// <exception cref="ArgumentException">A column is missing or of a wrong type.</exception>
    public static (DataViewSchema.Column Label, DataViewSchema.Column Features) Find(DataViewSchema schema, MobileNetV2HeadOptions options)
    {
        DataViewSchema.Column label = FindLabel(schema, options.LabelColumnName);
        DataViewSchema.Column features = Find(schema, "feature", options.FeatureColumnName);
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

        DataViewSchema.Column weight = Find(schema, "example weight", name);
        return weight.Type == NumberDataViewType.Single ? weight : throw WrongWeight(name, weight.Type.ToString());
    }

    /// <summary>Finds the label column of data.</summary>
    /// <exception cref="ArgumentException">It is missing or of a wrong type.</exception>
    public static DataViewSchema.Column FindLabel(DataViewSchema schema, string name)
    {
        DataViewSchema.Column label = Find(schema, "label", name);
        return label.Type is KeyDataViewType && label.Type.RawType == typeof(uint) ? label : throw WrongLabel(name, label.Type.ToString());
    }

    private static DataViewSchema.Column Find(DataViewSchema schema, string role, string name) =>
        schema.GetColumnOrNull(name) ?? throw Missing(role, name, schema.Select(column => column.Name));

    private static ArgumentException Missing(string role, string name, IEnumerable<string> columns) =>
        new($"The {role} column '{name}' is missing; the columns are: '{string.Join("', '", columns.Distinct())}'.");

    private static ArgumentException WrongLabel(string name, string? found) => new(
        $"The label column '{name}' is of type {found}; a key (Key<UInt32>) is needed. "
        + $"Append mlContext.Transforms.Conversion.MapValueToKey(\"{name}\") before the trainer.");

    private static ArgumentException WrongWeight(string name, string? found) =>
        new($"The example weight column '{name}' is of type {found}; a number of type Single is needed.");

    private static ArgumentException WrongFeatures(string name, string? found) => new(
        $"The feature column '{name}' is of type {found}; a vector of Single of known size, such as Vector<Single, 1280>, is needed.");

    private static string Show(SchemaShape.Column column)
    {
        string item = column.IsKey ? $"Key<{column.ItemType}>" : column.ItemType.ToString()!;
        return column.Kind switch
        {
            SchemaShape.Column.VectorKind.Vector => $"Vector<{item}> of known size",
            SchemaShape.Column.VectorKind.VariableVector => $"Vector<{item}> of unknown size",
            _ => item,
        };
    }
}
