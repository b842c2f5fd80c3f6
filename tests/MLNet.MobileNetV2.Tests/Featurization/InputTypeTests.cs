using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.MobileNetV2.Tests.Support;

namespace MLNet.MobileNetV2.Tests.Featurization;

/// <summary>Models that are given images in another form than they were fitted on: the error names the user's own column.</summary>
public sealed class InputTypeTests
{
    private static readonly string[] s_kinds = ["path", "bytes", "image", "pixels"];

    private readonly MLContext _mlContext = new(seed: 1);

    public static TheoryData<string, string, bool> Pairs()
    {
        var pairs = new TheoryData<string, string, bool>();
        foreach (string fitted in s_kinds)
        {
            foreach (string given in s_kinds.Where(given => given != fitted))
            {
                pairs.Add(fitted, given, false);
                pairs.Add(fitted, given, true);
            }
        }

        return pairs;
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public void Model_GivenAnotherFormOfPictures_NamesTheUsersColumnAndBothTypes(string fitted, string given, bool isLoaded)
    {
        IDataView data = Data(fitted);
        ITransformer model = _mlContext.Transforms.FeaturizeImageWithMobileNetV2(
            Photos.Options.With(its => its.InputColumnName, "Photo")).Fit(data);
        model = isLoaded ? Reload(model, data.Schema) : model;
        using (model as IDisposable)
        {
            Exception[] errors =
            [
                Assert.ThrowsAny<Exception>(() => Engine(model, given)),
                Assert.ThrowsAny<Exception>(() => model.Transform(Data(given))),
                Assert.ThrowsAny<Exception>(() => model.GetOutputSchema(Data(given).Schema)),
            ];

            Assert.All(errors, error =>
            {
                Assert.Contains("'Photo'", error.Message, StringComparison.Ordinal);
                Assert.Contains(Data(given).Schema["Photo"].Type.ToString()!, error.Message, StringComparison.Ordinal);
                Assert.DoesNotContain("__mobilenetv2", error.Message, StringComparison.Ordinal);
                Assert.DoesNotContain("Source", error.Message, StringComparison.Ordinal);
            });
        }
    }

    [Fact]
    public void Engine_GivenBytesInPlaceOfPaths_SaysWhatTheModelTakes()
    {
        using MobileNetV2FeaturizerTransformer model =
            _mlContext.Transforms.FeaturizeImageWithMobileNetV2(Photos.Options.With(its => its.InputColumnName, "Photo")).Fit(Data("path"));

        ArgumentException error = Assert.Throws<ArgumentException>(() => Engine(model, "bytes"));

        AssertMessage.Tells(error.Message, "image column 'Photo'", "of type Vector<Byte>", "fitted on file paths (text)");
    }

    private ITransformer Reload(ITransformer model, DataViewSchema schema)
    {
        using (model as IDisposable)
        using (var stream = new MemoryStream())
        {
            _mlContext.Model.Save(model, schema, stream);
            stream.Position = 0;
            return _mlContext.LoadModel(stream);
        }
    }

    private IDataView Data(string kind) => kind switch
    {
        "path" => _mlContext.Data.LoadFromEnumerable(Array.Empty<PathInput>()),
        "bytes" => _mlContext.Data.LoadFromEnumerable(Array.Empty<BytesInput>()),
        "image" => _mlContext.Data.LoadFromEnumerable(Array.Empty<ImageInput>()),
        _ => _mlContext.Data.LoadFromEnumerable(Array.Empty<PixelsInput>()),
    };

    private IDisposable Engine(ITransformer model, string kind)
    {
        var options = new PredictionEngineOptions { OwnsTransformer = false };
        return kind switch
        {
            "path" => _mlContext.Model.CreatePredictionEngine<PathInput, Output>(model, options),
            "bytes" => _mlContext.Model.CreatePredictionEngine<BytesInput, Output>(model, options),
            "image" => _mlContext.Model.CreatePredictionEngine<ImageInput, Output>(model, options),
            _ => _mlContext.Model.CreatePredictionEngine<PixelsInput, Output>(model, options),
        };
    }

    private sealed class PathInput
    {
        public string Photo { get; set; } = string.Empty;
    }

    private sealed class BytesInput
    {
        public byte[] Photo { get; set; } = [];
    }

    private sealed class ImageInput
    {
        [UnsizedImage]
        public MLImage? Photo { get; set; }

        public int Number { get; set; }
    }

    private sealed class PixelsInput
    {
        [VectorType(3, 224, 224)]
        public float[] Photo { get; set; } = [];
    }

    private sealed class Output
    {
        [VectorType(1, 1280)]
        public float[] Features { get; set; } = [];
    }
}
