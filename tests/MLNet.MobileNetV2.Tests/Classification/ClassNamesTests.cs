using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.MobileNetV2.Tests.EndToEnd.Labels;
using MLNet.MobileNetV2.Tests.Support;

namespace MLNet.MobileNetV2.Tests.Classification;

public class ClassNamesTests
{
    private readonly MLContext _mlContext = new(seed: 1);

    public static TheoryData<string> Types => LabelKind.Types;

    [Theory]
    [MemberData(nameof(Types))]
    public void Of_TheLabelThePredictionAndTheScores_IsTheSame(string type)
    {
        using CommaCulture culture = new();
        LabelKind kind = LabelKind.All[type];
        IDataView photos = kind.Photos(_mlContext);
        IDataView keyed = kind.ToKey(_mlContext).Fit(photos).Transform(photos);
        using var model = new LabelModel(kind, isMapped: false);
        DataViewSchema scored = model.Loaded.GetOutputSchema(keyed.Schema);

        Assert.Equal(kind.Names, ClassNames.Of(keyed.Schema["Label"]));
        Assert.Equal(kind.Names, ClassNames.Of(scored["PredictedLabel"]));
        Assert.Equal(kind.Names, ClassNames.Of(scored["Score"]));
    }

    [Fact]
    public void Of_ScoresWhosePredictionWasMapped_IsThatOfTheKeys()
    {
        IDataView keyed = HeadData.Keyed(_mlContext, LabeledFeatures.Random(1, 40, 8, 5));
        ITransformer head = _mlContext.MulticlassClassification.Trainers.NaiveBayes().Fit(keyed);
        IDataView scored = head.Transform(keyed);
        scored = _mlContext.Transforms.Conversion.MapKeyToValue("PredictedLabel").Fit(scored).Transform(scored);

        Assert.Equal(HeadData.Names, ClassNames.Of(scored.Schema["Score"]));
    }

    [Fact]
    public void Of_KeyValuesThatAreEmptyOrTheSame_TakesThemAsTheyAre()
    {
        string[] texts = ["b", "", "b", " "];
        SchemaDefinition definition = SchemaDefinition.Create(typeof(KeyRow));
        definition["Label"].AddAnnotation(
            "KeyValues", new VBuffer<ReadOnlyMemory<char>>(4, [.. texts.Select(text => text.AsMemory())]), new VectorDataViewType(
                TextDataViewType.Instance, 4));

        Assert.Equal(texts, ClassNames.Of(_mlContext.Data.LoadFromEnumerable<KeyRow>([], definition).Schema["Label"]));
    }

    [Fact]
    public void Of_FewerKeyValuesThanKeys_IsTheNumbers()
    {
        SchemaDefinition definition = SchemaDefinition.Create(typeof(KeyRow));
        definition["Label"].AddAnnotation("KeyValues", new VBuffer<int>(2, [30, 10]), new VectorDataViewType(NumberDataViewType.Int32, 2));

        Assert.Equal(["1", "2", "3", "4"], ClassNames.Of(_mlContext.Data.LoadFromEnumerable<KeyRow>([], definition).Schema["Label"]));
    }

    [Theory]
    [InlineData("Number", "is of type Int32;")]
    [InlineData("Vector", "is of type Vector<Single, 3> whose slots have no names;")]
    [InlineData("ImagePath", "is of type String;")]
    public void Of_AColumnWithoutClasses_NamesItsType(string name, string expected)
    {
        DataViewSchema schema = _mlContext.Data.LoadFromEnumerable<PhotoRow>([]).Schema;

        ArgumentException error = Assert.Throws<ArgumentException>("column", () => ClassNames.Of(schema[name]));

        Assert.StartsWith($"The column '{name}' {expected}", error.Message, StringComparison.Ordinal);
    }

    private sealed class KeyRow
    {
        [KeyType(4)]
        public uint Label { get; set; }
    }
}
