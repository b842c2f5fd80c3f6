using Microsoft.ML;
using MLNet.MobileNetV2.Serving;

namespace MLNet.MobileNetV2.Tests.Support;

/// <summary>ML.NET's own loading, which one in 32,768 times fails by the random name of a file: once in some runs of all tests.</summary>
internal static class LoadedModels
{
    public static ITransformer LoadModel(this MLContext mlContext, string path) => mlContext.LoadModel(path, out _);

    public static ITransformer LoadModel(this MLContext mlContext, string path, out DataViewSchema schema)
    {
        DataViewSchema? read = null;
        ITransformer model = UnluckyFileName.Retry(() => mlContext.Model.Load(path, out read));
        schema = read!;
        return model;
    }

    public static ITransformer LoadModel(this MLContext mlContext, Stream stream) => UnluckyFileName.Retry(() =>
    {
        stream.Position = 0;
        return mlContext.Model.Load(stream, out _);
    });
}
