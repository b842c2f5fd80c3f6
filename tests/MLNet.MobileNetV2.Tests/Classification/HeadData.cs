using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.MobileNetV2.Tests.Classification;

/// <summary>Labelled rows as ML.NET data: a text column "Name", its key "Label", and "Features".</summary>
internal static class HeadData
{
    public static readonly string[] Names = ["apple", "bread", "cola", "donut", "eggs"];

    public static IDataView Text(MLContext mlContext, LabeledFeatures data) =>
        Text(mlContext, data.Rows.Zip(data.Labels, (row, label) => new Row { Name = Names[label], Features = row }));

    public static IDataView Text(MLContext mlContext, IEnumerable<Row> rows, DataViewType? featureType = null)
    {
        List<Row> list = [.. rows];
        SchemaDefinition definition = SchemaDefinition.Create(typeof(Row));
        definition["Features"].ColumnType = featureType ?? new VectorDataViewType(
            NumberDataViewType.Single, list.Count == 0 ? 3 : list[0].Features.Length);
        return mlContext.Data.LoadFromEnumerable(list, definition);
    }

    public static IDataView Keyed(MLContext mlContext, LabeledFeatures data) => Keyed(mlContext, Text(mlContext, data));

    public static IDataView Keyed(MLContext mlContext, IDataView text) => KeyedBy(mlContext, text, Names).Transform(text);

    public static MobileNetV2HeadTrainer Trainer(MLContext mlContext, MobileNetV2HeadOptions? options = null) =>
        new(mlContext.MulticlassClassification.Trainers, options ?? new());

    public static ITransformer KeyedBy(MLContext mlContext, IDataView text, string[] names) => mlContext.Transforms.Conversion
        .MapValueToKey("Label", "Name", keyData: mlContext.Data.LoadFromEnumerable(names.Select(name => new NameRow { Name = name })))
        .Fit(text);

    internal sealed class Row
    {
        public string Name { get; set; } = "";

        public float[] Features { get; set; } = [];
    }

    internal sealed class NameRow
    {
        public string Name { get; set; } = "";
    }
}
