using Parquet;
using Parquet.Meta;
using Parquet.Schema;

namespace MLNet.MobileNetV2.Parquet;

/// <summary>The columns of a feature file and the limits of its row groups.</summary>
internal static class FeatureFileLayout
{
    public const string Path = "path";
    public const string Label = "label";
    public const string Features = "features";
    public const string Extension = ".parquet";

    /// <summary>The metadata entry with the SHA-256 of all rows, in lower-case hex.</summary>
    public const string ContentHash = "content.sha256";

    /// <summary>Most features of one image: 64 MiB of them.</summary>
    public const int MaxFeatureCount = 16 * 1024 * 1024;

    /// <summary>Most features of a row group that is read: 128 MiB of them.</summary>
    public const int MaxGroupValues = 32 * 1024 * 1024;

    /// <summary>Most rows of a row group that is read.</summary>
    public const int MaxGroupRows = 4 * 1024 * 1024;

    /// <summary>Levels of an existing element in a nullable list: the list, its entry.</summary>
    public const int WrittenDefinitionLevel = 2;

    // 8 MiB of features a row group: what a writer and a reader hold, however many rows there are.
    private const int WrittenGroupValues = 2 * 1024 * 1024;

    public static DataField PathField { get; } = new(Path, typeof(string), isNullable: false);

    public static DataField LabelField { get; } = new(Label, typeof(string), isNullable: true);

    public static DataField<float> ElementField { get; } = new("element");

    public static ParquetSchema Schema { get; } = new(PathField, LabelField, new ListField(Features, ElementField));

    /// <summary>
    /// Averaged activations hold many zeros, which Snappy halves at no cost in time; Zstandard gains little more at much.
    /// </summary>
    public static ParquetOptions WriteOptions { get; } = new() { CompressionMethod = CompressionMethod.Snappy };

    /// <summary>The rows of a row group of a file that may come from anywhere.</summary>
    /// <exception cref="InvalidDataException">They are more than are read at a time.</exception>
    public static long CheckedRows(RowGroup group, int featureCount)
    {
        int most = Math.Max(1, Math.Min(MaxGroupRows, MaxGroupValues / featureCount));
        return group.NumRows >= 0 && group.NumRows <= most
            ? group.NumRows
            : throw new InvalidDataException(
                $"a row group has {group.NumRows} rows of {featureCount} features; up to {most} are allowed.");
    }

    /// <summary>Rows of a row group that is written.</summary>
    public static int RowsPerGroup(int featureCount) => Math.Max(1, WrittenGroupValues / featureCount);
}
