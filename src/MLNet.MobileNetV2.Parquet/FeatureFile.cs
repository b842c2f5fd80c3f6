using Parquet;
using Parquet.Schema;

namespace MLNet.MobileNetV2.Parquet;

/// <summary>
/// An open feature file, read one column of one row group at a time. Whatever is wrong with it comes out as
/// <see cref="FeatureFileException"/>. Not thread-safe.
/// </summary>
internal sealed class FeatureFile : IDisposable
{
    private readonly ParquetInput _input;
    private readonly DataField _pathField;
    private readonly DataField _labelField;
    private readonly DataField _elementField;
    private readonly int _presentLevel;

    private FeatureFile(string name, ParquetInput input)
    {
        _input = input;
        Origin = FeatureOriginMetadata.Read(name, input.Metadata);
        Share = FeatureOriginMetadata.ReadShare(name, input.Metadata);
        _pathField = input.Text(FeatureFileLayout.Path);
        _labelField = input.Text(FeatureFileLayout.Label);
        if (input.Fields.FirstOrDefault(field => field.Name == FeatureFileLayout.Features)
            is not ListField { Item: DataField element } list || element.ClrType != typeof(float))
        {
            throw new InvalidDataException($"it has no column '{FeatureFileLayout.Features}' of lists of floats.");
        }

        _elementField = element;
        _presentLevel = 1 + (list.IsNullable ? 1 : 0) + (element.IsNullable ? 1 : 0);
        RowCount = input.Groups.Sum(group => FeatureFileLayout.CheckedRows(group, Origin.FeatureCount));
    }

    public FeatureOrigin Origin { get; }

    /// <summary>Which share of a list it holds; null where it does not say.</summary>
    public FeatureShare? Share { get; }

    /// <summary>
    /// The SHA-256 of the footer, which has one of all rows in a file that this library wrote: the same for the same images alone.
    /// </summary>
    public string Fingerprint => _input.Fingerprint;

    public int GroupCount => _input.Groups.Count;

    public long RowCount { get; }

    /// <summary>Opens a file, and checks its layout.</summary>
    /// <exception cref="FeatureFileException">It is missing, damaged or of another layout.</exception>
    public static FeatureFile Open(string path, string? name = null) =>
        ParquetInput.Open(path, name ?? path, input => new FeatureFile(name ?? path, input));

    public int RowsIn(int group) => (int)_input.Groups[group].NumRows;

    /// <summary>Reads the paths or the labels of a row group.</summary>
    /// <returns>A text a row; empty where a row has no label.</returns>
    public ReadOnlyMemory<char>[] ReadTexts(int group, bool isLabel) =>
        _input.ReadTexts(group, isLabel ? _labelField : _pathField, mayLack: isLabel);

    /// <summary>Reads the features of a row group.</summary>
    /// <returns>Its rows one after another.</returns>
    public float[] ReadFeatures(int group) => _input.Guard(async () =>
    {
        int count = checked(RowsIn(group) * Origin.FeatureCount);
        using ParquetRowGroupReader reader = _input.OpenGroup(group, _elementField, count);
        float[] values = new float[count];
        int[] definition = new int[count];
        int[] repetition = new int[count];
        await reader.ReadRawAsync<float>(_elementField, values, definition, repetition, CancellationToken.None).ConfigureAwait(false);
        for (int i = 0; i < count; i++)
        {
            if (definition[i] != _presentLevel || repetition[i] != (i % Origin.FeatureCount == 0 ? 0 : 1))
            {
                throw new InvalidDataException(
                    $"row {i / Origin.FeatureCount} of group {group} does not have {Origin.FeatureCount} features.");
            }
        }

        return values;
    });

    public void Dispose() => _input.Dispose();
}
