using Microsoft.ML;

namespace MLNet.MobileNetV2.Data;

/// <summary>Finds the columns of schemas, and says clearly which ones are missing and what others are.</summary>
internal static class SchemaColumns
{
    /// <summary>Finds a column of data.</summary>
    /// <exception cref="ArgumentException">It is missing.</exception>
    public static DataViewSchema.Column Find(DataViewSchema schema, string role, string name) =>
        schema.GetColumnOrNull(name) ?? throw Missing(role, name, schema.Select(column => column.Name));

    /// <summary>Finds a column of the shape of a pipeline's data.</summary>
    /// <exception cref="ArgumentException">It is missing.</exception>
    public static SchemaShape.Column Find(SchemaShape shape, string role, string name)
    {
        SchemaShape.Column found = shape.FirstOrDefault(column => column.Name == name);
        return found.Name is not null ? found : throw Missing(role, name, shape.Select(column => column.Name));
    }

    /// <summary>The type of a column in words, for messages.</summary>
    public static string Show(SchemaShape.Column column)
    {
        string item = column.IsKey ? $"Key<{column.ItemType}>" : column.ItemType.ToString()!;
        return column.Kind switch
        {
            SchemaShape.Column.VectorKind.Vector => $"Vector<{item}> of known size",
            SchemaShape.Column.VectorKind.VariableVector => $"Vector<{item}> of unknown size",
            _ => item,
        };
    }

    private static ArgumentException Missing(string role, string name, IEnumerable<string> columns) =>
        new($"The {role} column '{name}' is missing; the columns are: '{string.Join("', '", columns.Distinct())}'.");
}
