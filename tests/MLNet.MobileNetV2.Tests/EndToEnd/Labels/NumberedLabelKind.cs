using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.MobileNetV2.Tests.EndToEnd.Labels;

/// <summary>Keys without values, which PredictedLabel counts from 1; or keys whose values are such keys.</summary>
internal sealed class NumberedLabelKind(bool isMapped = false) : LabelKind(isMapped ? ["3", "1", "2"] : ["1", "2", "3"])
{
    public override IDataView Photos(MLContext mlContext) => mlContext.Data.LoadFromEnumerable(
        Files.Select((file, index) => new Row { ImagePath = file, Value = uint.Parse(Names[index / PerClass], null) - 1 }).ToArray());

    public override IEstimator<ITransformer> ToKey(MLContext mlContext) => isMapped
        ? mlContext.Transforms.Conversion.MapValueToKey("Label", Value)
        : mlContext.Transforms.CopyColumns("Label", Value);

    public override string[] Predict(MLContext mlContext, IDataView scored) =>
        [.. mlContext.Data.CreateEnumerable<Prediction>(scored, reuseRowObject: false).Select(row => $"{row.PredictedLabel}")];

    public override IEstimator<ITransformer> ToValue(MLContext mlContext) =>
        isMapped ? base.ToValue(mlContext) : mlContext.Transforms.CopyColumns("Copy", "Score");

    private sealed class Row
    {
        public string ImagePath { get; set; } = string.Empty;

        // ML.NET adds 1 to the numbers of such a property, since 0 is a missing key.
        [KeyType(3)]
        public uint Value { get; set; }
    }

    private sealed class Prediction
    {
        public uint PredictedLabel { get; set; }
    }
}
