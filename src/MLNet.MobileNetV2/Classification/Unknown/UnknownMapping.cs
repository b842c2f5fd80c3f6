using Microsoft.ML.Data;
using Microsoft.ML.Transforms;
using MLNet.MobileNetV2.Featurization.Columns;

namespace MLNet.MobileNetV2.Classification.Unknown;

/// <summary>Names of the columns inside saved models, and of those that they add. Zips hold them: never change them.</summary>
internal static class UnknownColumns
{
    public const string Strangeness = SavedColumns.Prefix + "strangeness";
    public const string Label = SavedColumns.Prefix + "unknown_label";
    public const string Predicted = SavedColumns.Prefix + "predicted_label";
    public const string IsUnknown = nameof(IsUnknown);
    public const string OutputStrangeness = "Strangeness";

    /// <summary>The name of the mapping: a change of meaning gets a new version.</summary>
    public const string Contract = "MLNet.MobileNetV2.Unknown.v1";
}

/// <summary>The strangeness of an image, what an unknown one is called, and its predicted class.</summary>
internal sealed class UnknownSourceRow
{
    [ColumnName(UnknownColumns.Strangeness)]
    public VBuffer<float> Strangeness { get; set; }

    [ColumnName(UnknownColumns.Label)]
    public ReadOnlyMemory<char> Label { get; set; }

    [ColumnName(UnknownColumns.Predicted)]
    public ReadOnlyMemory<char> Predicted { get; set; }
}

/// <summary>Whether an image is unknown, and what it is called.</summary>
internal sealed class UnknownResultRow
{
    [ColumnName(UnknownColumns.OutputStrangeness)]
    public float Strangeness { get; set; }

    [ColumnName(UnknownColumns.IsUnknown)]
    public bool IsUnknown { get; set; }

    [ColumnName(UnknownColumns.Predicted)]
    public ReadOnlyMemory<char> Predicted { get; set; }
}

/// <summary>Calls strange images unknown. Thread-safe.</summary>
[CustomMappingFactoryAttribute(UnknownColumns.Contract)]
internal sealed class UnknownMapping : CustomMappingFactory<UnknownSourceRow, UnknownResultRow>
{
    public override Action<UnknownSourceRow, UnknownResultRow> GetMapping() => Map;

    private static void Map(UnknownSourceRow source, UnknownResultRow target)
    {
        // A missing image has no strangeness, and is not unknown but missing.
        target.Strangeness = source.Strangeness.Length == 1 ? source.Strangeness.GetItemOrDefault(0) : float.NaN;
        target.IsUnknown = target.Strangeness > 0;
        target.Predicted = target.IsUnknown ? source.Label : source.Predicted;
    }
}
