using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.MobileNetV2.Data;
using MLNet.MobileNetV2.Featurization.Columns;

namespace MLNet.MobileNetV2.Detection.Training.Rows;

/// <summary>Holds a schema against what a detector's training needs: images, a class for each box, and four numbers for each box.</summary>
internal static class BoxColumns
{
    /// <summary>Checks the shape of a pipeline's data.</summary>
    /// <exception cref="ArgumentException">A column is missing or of a wrong type.</exception>
    public static void Check(SchemaShape shape, MobileNetV2DetectorTrainerOptions options)
    {
        _ = ImageColumn.PhotoKindOf(shape, options.Detection.InputColumnName);
        SchemaShape.Column label = SchemaColumns.Find(shape, "label", options.LabelColumnName);
        DataViewType labelItem = label.IsKey ? NumberDataViewType.UInt32 : TextDataViewType.Instance;
        if (!IsVector(label) || label.ItemType != labelItem)
        {
            throw WrongLabels(label.Name, SchemaColumns.Show(label));
        }

        SchemaShape.Column boxes = SchemaColumns.Find(shape, "bounding box", options.BoundingBoxColumnName);
        if (!IsVector(boxes) || boxes.IsKey || boxes.ItemType != NumberDataViewType.Single)
        {
            throw WrongBoxes(boxes.Name, SchemaColumns.Show(boxes));
        }
    }

    /// <summary>Finds the column with the classes, and whether they are keys.</summary>
    /// <exception cref="ArgumentException">It is missing or of a wrong type.</exception>
    public static (DataViewSchema.Column Column, bool AreKeys) FindLabels(DataViewSchema schema, string name)
    {
        DataViewSchema.Column column = SchemaColumns.Find(schema, "label", name);
        return (column.Type as VectorDataViewType)?.ItemType switch
        {
            TextDataViewType => (column, AreKeys: false),
            KeyDataViewType key when key.RawType == typeof(uint) => (column, AreKeys: true),
            _ => throw WrongLabels(name, column.Type.ToString()),
        };
    }

    /// <summary>Finds the column with the boxes.</summary>
    /// <exception cref="ArgumentException">It is missing or of a wrong type.</exception>
    public static DataViewSchema.Column FindBoxes(DataViewSchema schema, string name)
    {
        DataViewSchema.Column column = SchemaColumns.Find(schema, "bounding box", name);
        return column.Type is VectorDataViewType vector && vector.ItemType == NumberDataViewType.Single
            ? column
            : throw WrongBoxes(name, column.Type.ToString());
    }

    private static bool IsVector(SchemaShape.Column column) => column.Kind != SchemaShape.Column.VectorKind.Scalar;

    private static ArgumentException WrongLabels(string name, string? found) => new(
        $"The label column '{name}' is of type {found}; the class of each box is needed, as a vector of text or of keys (Key<UInt32>).");

    private static ArgumentException WrongBoxes(string name, string? found) => new(
        $"The bounding box column '{name}' is of type {found}; left, top, right and bottom of each box are needed, as Vector<Single>.");
}
