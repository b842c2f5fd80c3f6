using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.MobileNetV2.Parquet;

/// <summary>An image with features of length 1 as float16.</summary>
internal sealed record IndexedImage(string Path, string? Label, byte[] Features);

/// <summary>The columns of the data that an index is made of.</summary>
internal sealed class IndexColumns
{
    private readonly DataViewSchema.Column _path;
    private readonly DataViewSchema.Column _label;
    private readonly DataViewSchema.Column _features;

    /// <summary>Finds the columns.</summary>
    /// <exception cref="ArgumentException">One is missing or of another type.</exception>
    public IndexColumns(DataViewSchema schema)
    {
        _path = Find(schema, "ImagePath", "text", type => type is TextDataViewType);
        _label = Find(schema, "Label", "text", type => type is TextDataViewType);
        _features = Find(
            schema,
            "Features",
            "a vector of floats of known size",
            type => type is VectorDataViewType { IsKnownSize: true } vector && vector.ItemType == NumberDataViewType.Single);
        FeatureCount = ((VectorDataViewType)_features.Type).Size;
    }

    /// <summary>Number of features of an image.</summary>
    public int FeatureCount { get; }

    /// <summary>Reads the images in their order, without those whose features are no finite numbers.</summary>
    public IEnumerable<IndexedImage> Read(IDataView images, CancellationToken cancellationToken)
    {
        using DataViewRowCursor cursor = images.GetRowCursor([_path, _label, _features]);
        ValueGetter<ReadOnlyMemory<char>> getPath = cursor.GetGetter<ReadOnlyMemory<char>>(_path);
        ValueGetter<ReadOnlyMemory<char>> getLabel = cursor.GetGetter<ReadOnlyMemory<char>>(_label);
        ValueGetter<VBuffer<float>> getFeatures = cursor.GetGetter<VBuffer<float>>(_features);
        ReadOnlyMemory<char> path = default;
        ReadOnlyMemory<char> label = default;
        VBuffer<float> features = default;
        float[] values = new float[FeatureCount];
        while (cursor.MoveNext())
        {
            cancellationToken.ThrowIfCancellationRequested();
            getFeatures(ref features);
            features.CopyTo(values);
            float length = TensorPrimitives.Norm(values);
            if (float.IsFinite(length))
            {
                getPath(ref path);
                getLabel(ref label);
                yield return new(path.ToString(), label.IsEmpty ? null : label.ToString(), Pack(values, length));
            }
        }
    }

    private static byte[] Pack(float[] values, float length)
    {
        if (length > 0)
        {
            TensorPrimitives.Divide(values, length, values);
        }

        byte[] bytes = new byte[values.Length * 2];
        TensorPrimitives.ConvertToHalf(values, MemoryMarshal.Cast<byte, Half>(bytes.AsSpan()));
        return bytes;
    }

    private static DataViewSchema.Column Find(DataViewSchema schema, string name, string needed, Func<DataViewType, bool> isRight) =>
        schema.GetColumnOrNull(name) is not { } column
            ? throw new ArgumentException($"The images have no column '{name}'; {needed} is needed.", nameof(schema))
            : isRight(column.Type)
                ? column
                : throw new ArgumentException($"The column '{name}' is of type {column.Type}; {needed} is needed.", nameof(schema));
}
