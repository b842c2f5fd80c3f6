using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.MobileNetV2.Tests.Support;

namespace MLNet.MobileNetV2.Tests.EndToEnd.Labels;

/// <summary>A type of label: a value for each class, and the name that the class must have.</summary>
internal abstract class LabelKind(string[] names)
{
    public const int PerClass = 2;

    /// <summary>One of each type that the key values of a label can have, and keys without values.</summary>
    public static IReadOnlyDictionary<string, LabelKind> All { get; } = new Dictionary<string, LabelKind>
    {
        ["text"] = new LabelKind<string>(["tea cup", "Ärger", "c"], ["tea cup", "Ärger", "c"]),
        ["bool"] = new LabelKind<bool>([true, false], ["True", "False"]),
        ["sbyte"] = new LabelKind<sbyte>([30, -10, 20], ["30", "-10", "20"]),
        ["byte"] = new LabelKind<byte>([30, 10, 20], ["30", "10", "20"]),
        ["short"] = new LabelKind<short>([30, -10, 20], ["30", "-10", "20"]),
        ["ushort"] = new LabelKind<ushort>([30, 10, 20], ["30", "10", "20"]),
        ["int"] = new LabelKind<int>([30, -10, 1234567], ["30", "-10", "1234567"]),
        ["uint"] = new LabelKind<uint>([30, 10, 20], ["30", "10", "20"]),
        ["long"] = new LabelKind<long>([30, long.MinValue, 20], ["30", "-9223372036854775808", "20"]),
        ["ulong"] = new LabelKind<ulong>([30, ulong.MaxValue, 20], ["30", "18446744073709551615", "20"]),
        ["float"] = new LabelKind<float>([0.5f, -0.1f, 1e10f], ["0.5", "-0.1", "1E+10"]),
        ["double"] = new LabelKind<double>([0.5, -0.1, 0.1 + 0.2], ["0.5", "-0.1", "0.30000000000000004"]),
        ["DateTime"] = new LabelKind<DateTime>(
            [new(2024, 3, 1, 0, 0, 0, DateTimeKind.Utc), new(2024, 3, 1, 17, 6, 7, 8), new(1999, 12, 31)],
            ["2024-03-01T00:00:00.0000000", "2024-03-01T17:06:07.0080000", "1999-12-31T00:00:00.0000000"]),
        ["DateTimeOffset"] = new LabelKind<DateTimeOffset>(
            [new(2024, 3, 1, 0, 0, 0, TimeSpan.FromHours(2)), new(2024, 3, 1, 0, 0, 0, TimeSpan.Zero)],
            ["2024-03-01T00:00:00.0000000+02:00", "2024-03-01T00:00:00.0000000+00:00"]),
        ["TimeSpan"] = new LabelKind<TimeSpan>(
            [TimeSpan.FromSeconds(1.5), TimeSpan.FromDays(-3)], ["00:00:01.5000000", "-3.00:00:00"]),
        ["DataViewRowId"] = new LabelKind<DataViewRowId>(
            [new(30, 1), new(10, 0)], ["0000000000000001000000000000001e", "0000000000000000000000000000000a"]),
        ["no values"] = new NumberedLabelKind(),
        ["key of keys"] = new NumberedLabelKind(isMapped: true),
    };

    public static TheoryData<string> Types => [.. All.Keys];

    /// <summary>The names of the classes, in the order of the keys.</summary>
    public string[] Names { get; } = names;

    /// <summary>The first class's images, then the second's.</summary>
    public string[] Files { get; } = [.. Repository.SampleFiles(PerClass).Take(PerClass * names.Length)];

    /// <summary>The column that the key is made of.</summary>
    public static string Value => "Value";

    /// <summary>The images with their labels, not keys yet where keys are made of them.</summary>
    public abstract IDataView Photos(MLContext mlContext);

    /// <summary>Makes Label of the value.</summary>
    public abstract IEstimator<ITransformer> ToKey(MLContext mlContext);

    /// <summary>What a model says in PredictedLabel, for each image; key values as text in the invariant culture.</summary>
    public abstract string[] Predict(MLContext mlContext, IDataView scored);

    /// <summary>Turns the predicted key into its value, where keys have some.</summary>
    public virtual IEstimator<ITransformer> ToValue(MLContext mlContext) => mlContext.Transforms.Conversion.MapKeyToValue("PredictedLabel");
}
