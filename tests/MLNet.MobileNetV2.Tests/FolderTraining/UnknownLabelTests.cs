using System.Text.Json;
using Microsoft.ML;
using Microsoft.ML.OnnxRuntime;
using MLNet.MobileNetV2.Images;
using MLNet.MobileNetV2.Tests.Cli;
using MLNet.MobileNetV2.Tests.Support;

namespace MLNet.MobileNetV2.Tests.FolderTraining;

/// <summary>Every loader of one model refuses the same images.</summary>
public sealed class UnknownLabelTests : IDisposable
{
    private readonly SampleFolder _photos = new(20, "food", "animal");
    private readonly SampleFolder _others = new(0);

    public UnknownLabelTests()
    {
        foreach (string label in (string[])["animal", "food", "vehicle", "building"])
        {
            _others.AddClass(label, label, 6, skip: 24);
        }
    }

    private static CancellationToken TestStop => TestContext.Current.CancellationToken;

    private string ModelPath => _photos.PathOf("model.zip");

    public void Dispose()
    {
        _photos.Dispose();
        _others.Dispose();
    }

    [Fact]
    public async Task Predict_InEveryLoader_CallsTheSameImagesUnknown()
    {
        Train(0.8);
        string[] files = _others.Files;
        using var predictor = MobileNetV2Predictor.Load(ModelPath);

        ClassScore[][] scores = [.. files.Select(file => predictor.Predict(file, cancellationToken: TestStop).ToArray())];

        Assert.Equal("none", predictor.UnknownLabel);
        Assert.InRange(scores.Count(one => one[0].IsUnknown), 4, files.Length - 4);
        Assert.All(scores.Where(one => one[0].IsUnknown), one =>
        {
            Assert.Equal(new ClassScore(-1, "none", 1), one[0]);
            Assert.Equal(1, one.Skip(1).Sum(score => score.Score), 1e-4);
        });
        string[] expected = [.. scores.Select(one => one[0].Label)];
        Assert.Equal(expected, LabelsOfMlNet(files));
        Assert.Equal(expected, LabelsOfOnnx(files, predictor));
        Assert.Equal(expected, await LabelsOfAnotherProcess(files));
    }

    [Fact]
    public void Explain_AnUnknownImage_ExplainsItsBestClass()
    {
        Train(0.5);
        using var predictor = MobileNetV2Predictor.Load(ModelPath);
        string file = _others.Files.First(file => predictor.Predict(file, cancellationToken: TestStop)[0].IsUnknown);

        ImageExplanation explanation = predictor.Explain(file, cancellationToken: TestStop);

        Assert.Equal(predictor.Predict(file, cancellationToken: TestStop)[1].Label, explanation.Label);
    }

    [Fact]
    public void Run_WithTooFewImages_SaysHowManyAreNeeded()
    {
        using var few = new SampleFolder(4, "food", "animal");

        ImageFolderException error = Assert.Throws<ImageFolderException>(() => ImageFolderTraining.Run(
            few.Path, new() { Weights = WeightsSource.Embedded, UnknownLabel = "none" }, TestStop));

        AssertMessage.Tells(error.Message, few.Path, "at least 20 images", "there are 8");
    }

    [Fact]
    public void Run_WithAWrongOption_NamesIt()
    {
        AssertMessage.Tells(Error(new() { UnknownLabel = " " }), "UnknownLabel");
        AssertMessage.Tells(Error(new() { UnknownLabel = "x", KnownShare = 1 }), "KnownShare is 1", "between 0 and 1");

        string Error(ImageFolderTrainingOptions options) =>
            Assert.ThrowsAny<ArgumentException>(() => ImageFolderTraining.Run(_photos.Path, options, TestStop)).Message;
    }

    private void Train(double knownShare)
    {
        using ImageFolderTrainingResult result = ImageFolderTraining.Run(
            _photos.Path, new() { Weights = WeightsSource.Embedded, UnknownLabel = "none", KnownShare = knownShare }, TestStop);
        result.Save(ModelPath);
    }

    private string[] LabelsOfMlNet(string[] files)
    {
        var mlContext = new MLContext();
        ITransformer model = mlContext.LoadModel(ModelPath, out _);
        using (model as IDisposable)
        {
            IDataView photos = mlContext.Data.LoadFromEnumerable(files.Select(file => new Photo { ImagePath = file }));
            Result[] rows = [.. mlContext.Data.CreateEnumerable<Result>(model.Transform(photos), reuseRowObject: false)];
            Assert.All(rows, row => Assert.Equal((row.PredictedLabel == "none", row.Strangeness > 0), (row.IsUnknown, row.IsUnknown)));
            return [.. rows.Select(row => row.PredictedLabel)];
        }
    }

    private string[] LabelsOfOnnx(string[] files, MobileNetV2Predictor predictor)
    {
        var mlContext = new MLContext();
        ITransformer model = mlContext.LoadModel(ModelPath, out _);
        string path = _photos.PathOf("model.onnx");
        using (model as IDisposable)
        {
            mlContext.Model.SaveMobileNetV2AsOnnx(model, path);
        }

        using var session = new InferenceSession(path);
        Assert.Equal("none", session.ModelMetadata.CustomMetadataMap["unknown_label"]);
        var preprocessor = new ImagePreprocessor(new WeightsStore(null).Load(WeightsSource.Embedded, null, TestStop).Weights.Preprocessing);
        return [.. files.Select(Label)];

        string Label(string file)
        {
            const int Side = 224;
            byte[] rgba = new byte[preprocessor.ByteCount];
            float[] pixels = new float[3 * Side * Side];
            preprocessor.FromFile(file, rgba);
            PixelTensor.Fill(rgba, pixels, ImageChannelOrder.Rgb);
            using var options = new RunOptions();
            using OrtValue input = OrtValue.CreateTensorValueFromMemory(pixels, [1, 3, Side, Side]);
            using IDisposableReadOnlyCollection<OrtValue> results =
                session.Run(options, ["pixels"], [input], ["probabilities", "strangeness"]);
            float[] probabilities = results[0].GetTensorDataAsSpan<float>().ToArray();
            return results[1].GetTensorDataAsSpan<float>()[0] > 0
                ? "none"
                : predictor.Labels[Array.IndexOf(probabilities, probabilities.Max())];
        }
    }

    private async Task<string[]> LabelsOfAnotherProcess(string[] files)
    {
        using var temp = new TempFolder();
        ChildProcess child = await ChildProcess.RunAssemblyAsync(
            "MLNet.MobileNetV2.Loader", temp.Path, [ModelPath, "transform", .. files]);
        Assert.Equal((0, string.Empty), (child.ExitCode, child.Error));
        Assert.Empty(temp.Names());
        return
        [
            .. child.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Select(line => JsonElement.Parse(line).GetProperty("PredictedLabel").GetString()!),
        ];
    }

    private sealed class Photo
    {
        public string ImagePath { get; set; } = string.Empty;
    }

    private sealed class Result
    {
        public string PredictedLabel { get; set; } = string.Empty;

        public bool IsUnknown { get; set; }

        public float Strangeness { get; set; }
    }
}
