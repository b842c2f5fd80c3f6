using Microsoft.ML;

namespace MLNet.MobileNetV2.Tests.Support;

/// <summary>The shape of data as an estimator sees it; ML.NET makes one only inside a pipeline.</summary>
internal static class SchemaShapes
{
    public static SchemaShape Of(IDataView data)
    {
        var spy = new Spy(data.Schema[0].Name);
        spy.Append(spy).Fit(data);
        return spy.Seen!;
    }

    private sealed class Spy(string column) : IEstimator<ITransformer>
    {
        public SchemaShape? Seen { get; private set; }

        public ITransformer Fit(IDataView input) => new MLContext().Transforms.CopyColumns(column, column).Fit(input);

        public SchemaShape GetOutputSchema(SchemaShape inputSchema) => Seen = inputSchema;
    }
}
