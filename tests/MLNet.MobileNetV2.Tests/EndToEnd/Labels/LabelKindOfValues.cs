using System.Globalization;
using Microsoft.ML;

namespace MLNet.MobileNetV2.Tests.EndToEnd.Labels;

/// <summary>Labels of a type that ML.NET makes keys of.</summary>
internal sealed class LabelKind<T>(T[] values, string[] names) : LabelKind(names)
    where T : notnull
{
    public override IDataView Photos(MLContext mlContext) =>
        mlContext.Data.LoadFromEnumerable(
            Files.Select((file, index) => new Row { ImagePath = file, Value = values[index / PerClass] }).ToArray());

    public override IEstimator<ITransformer> ToKey(MLContext mlContext) => mlContext.Transforms.Conversion.MapValueToKey("Label", Value);

    public override string[] Predict(MLContext mlContext, IDataView scored) =>
    [
        .. mlContext.Data.CreateEnumerable<Prediction>(scored, reuseRowObject: false, ignoreMissingColumns: false).Select(
            row => Text(row.PredictedLabel)),
    ];

    // A saved model keeps the ticks of a date, not its kind.
    private static string Text(T value) => value switch
    {
        DateTime time => time.ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff", CultureInfo.InvariantCulture),
        DateTimeOffset time => time.ToString("yyyy-MM-dd'T'HH:mm:ss.fffffffzzz", CultureInfo.InvariantCulture),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };

    private sealed class Row
    {
        public string ImagePath { get; set; } = string.Empty;

        public T Value { get; set; } = default!;
    }

    private sealed class Prediction
    {
        public T PredictedLabel { get; set; } = default!;
    }
}
