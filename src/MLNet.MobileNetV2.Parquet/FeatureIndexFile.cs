using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.ML;
using MLNet.MobileNetV2.Machine;
using Parquet;
using Parquet.Schema;

namespace MLNet.MobileNetV2.Parquet;

/// <summary>The images of a row group, and their features one after another.</summary>
internal sealed record FeatureIndexGroup(ReadOnlyMemory<char>[] Paths, ReadOnlyMemory<char>[] Labels, Half[] Features);

/// <summary>Reads and writes the file of an <see cref="ImageFeatureIndex"/>.</summary>
internal static class FeatureIndexFile
{
    /// <summary>The metadata entry with the SHA-256 of the model's file, in lower-case hex.</summary>
    public const string ModelSha256 = "index.model_sha256";

    /// <summary>The metadata entry with the number of features of an image.</summary>
    public const string FeatureCount = "index.features";

    private static readonly DataField s_features = new(FeatureFileLayout.Features, typeof(byte[]), isNullable: false);

    private static readonly ParquetSchema s_schema = new(FeatureFileLayout.PathField, FeatureFileLayout.LabelField, s_features);

    /// <summary>Writes the images of a data view.</summary>
    public static Task WriteAsync(string path, string modelPath, IDataView images, CancellationToken cancellationToken)
    {
        var columns = new IndexColumns(images.Schema);
        return Task.Run(() => WriteAsync(path, modelPath, images, columns, cancellationToken), cancellationToken);
    }

    /// <summary>Reads all images.</summary>
    /// <exception cref="FeatureFileException">The index is missing or damaged, or of another model.</exception>
    public static (int FeatureCount, IReadOnlyList<FeatureIndexGroup> Groups) Read(string path, string modelPath)
    {
        if (!File.Exists(path))
        {
            throw new FeatureFileException(
                path,
                $"there is no such file. It holds the images that '{modelPath}' was trained on: 'mobilenetv2 train --keep-index' writes "
                + $"it, or {nameof(ImageFeatureIndex)}.{nameof(ImageFeatureIndex.CreateAsync)}.");
        }

        string model = FileHash.Of(modelPath);
        return ParquetInput.Open(path, path, input =>
        {
            using (input)
            {
                int count = CheckedCount(input, model, modelPath);
                DataField paths = input.Text(FeatureFileLayout.Path);
                DataField labels = input.Text(FeatureFileLayout.Label);
                DataField features = input.Fields.FirstOrDefault(field => field.Name == FeatureFileLayout.Features) is DataField
                    { IsNullable: false } field && field.ClrType == typeof(ReadOnlyMemory<byte>)
                    ? field
                    : throw new InvalidDataException($"it has no column '{FeatureFileLayout.Features}' of bytes.");
                IReadOnlyList<FeatureIndexGroup> groups =
                [
                    .. Enumerable.Range(0, input.Groups.Count).Select(group => new FeatureIndexGroup(
                        input.ReadTexts(group, paths, mayLack: false),
                        input.ReadTexts(group, labels, mayLack: true),
                        ReadFeatures(input, group, features, count))),
                ];
                return (count, groups);
            }
        });
    }

    private static async Task WriteAsync(
        string path, string modelPath, IDataView images, IndexColumns columns, CancellationToken cancellationToken)
    {
        string target = RealPath.Target(path);
        using TemporaryFile temporary = TemporaryFile.Create(target);
        ParquetWriter writer = await ParquetWriter.CreateAsync(
            s_schema, temporary.Stream, FeatureFileLayout.WriteOptions, cancellationToken: cancellationToken).ConfigureAwait(false);
        writer.CustomMetadata = new Dictionary<string, string>
        {
            [ModelSha256] = FileHash.Of(modelPath),
            [FeatureCount] = columns.FeatureCount.ToString(CultureInfo.InvariantCulture),
        };
        foreach (IndexedImage[] rows in columns.Read(images, cancellationToken).Chunk(FeatureFileLayout.RowsPerGroup(columns.FeatureCount)))
        {
            using ParquetRowGroupWriter group = writer.CreateRowGroup();
            await group.WriteAsync(FeatureFileLayout.PathField, [.. rows.Select(row => row.Path)], repetitionLevels: null)
                .ConfigureAwait(false);
            await group.WriteAsync(FeatureFileLayout.LabelField, [.. rows.Select(row => row.Label)], repetitionLevels: null)
                .ConfigureAwait(false);
            await group.WriteAsync(s_features, [.. rows.Select(row => row.Features)], repetitionLevels: null).ConfigureAwait(false);
            group.CompleteValidate();
        }

        await writer.DisposeAsync().ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        temporary.Commit(target);
    }

    private static int CheckedCount(ParquetInput input, string model, string modelPath)
    {
        if (!input.Metadata.TryGetValue(ModelSha256, out string? hash) || !input.Metadata.TryGetValue(FeatureCount, out string? text))
        {
            throw new InvalidDataException($"it is no index of a model's images: its metadata has no '{ModelSha256}' or '{FeatureCount}'.");
        }

        if (!FileHash.AreEqual(hash, model))
        {
            throw new InvalidDataException(
                $"it belongs to another model than '{modelPath}', or to an earlier one of that name. Train with --keep-index again.");
        }

        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int count)
            || count is < 1 or > FeatureFileLayout.MaxFeatureCount)
        {
            throw new InvalidDataException($"its metadata '{FeatureCount}' is no number from 1 to {FeatureFileLayout.MaxFeatureCount}.");
        }

        double bytes = (double)input.Groups.Sum(group => FeatureFileLayout.CheckedRows(group, count)) * count * 2;
        return bytes <= GC.GetGCMemoryInfo().TotalAvailableMemoryBytes
            ? count
            : throw new InvalidDataException(string.Create(
                CultureInfo.InvariantCulture, $"its features take {bytes / (1 << 30):F1} GiB of memory, which are not there."));
    }

    private static Half[] ReadFeatures(ParquetInput input, int group, DataField field, int count) => input.Guard(async () =>
    {
        int rows = (int)input.Groups[group].NumRows;
        using ParquetRowGroupReader reader = input.OpenGroup(group, field, rows);
        var bytes = new ReadOnlyMemory<byte>[rows];
        await reader.ReadAsync<ReadOnlyMemory<byte>>(field, bytes.AsMemory()).ConfigureAwait(false);
        var values = new Half[checked(rows * count)];
        for (int row = 0; row < rows; row++)
        {
            ReadOnlySpan<Half> features = MemoryMarshal.Cast<byte, Half>(bytes[row].Span);
            if (bytes[row].Length != count * 2)
            {
                throw new InvalidDataException(
                    $"row {row} of group {group} has {bytes[row].Length} bytes of features; {count * 2} are expected.");
            }

            features.CopyTo(values.AsSpan(row * count));
        }

        return values;
    });
}
