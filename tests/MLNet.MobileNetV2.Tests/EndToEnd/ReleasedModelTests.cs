using System.Text.Json;
using Microsoft.ML;
using MLNet.MobileNetV2.Tests.Support;

namespace MLNet.MobileNetV2.Tests.EndToEnd;

/// <summary>
/// Model files that released versions wrote, with the scores that they gave then: they must load and give the same for ever. The weights
/// inside are a repeated pattern, which keeps the files small.
/// </summary>
public class ReleasedModelTests
{
    private static readonly string s_folder = Path.Combine(Repository.Root, "tests", "MLNet.MobileNetV2.Tests", "Fixtures");
    private static readonly JsonSerializerOptions s_json = new() { PropertyNameCaseInsensitive = true };

    public static TheoryData<string> Models() =>
        [.. Directory.GetFiles(s_folder, "model-*.zip").Select(path => Path.GetFileNameWithoutExtension(path))];

    [Theory]
    [MemberData(nameof(Models))]
    public void Model_OfAReleasedVersion_StillGivesItsScores(string name)
    {
        ExpectedScore[] expected = JsonSerializer.Deserialize<ExpectedScore[]>(
            File.ReadAllText(Path.Combine(s_folder, name + ".json")), s_json)!;
        var mlContext = new MLContext();
        ITransformer model = mlContext.LoadModel(Path.Combine(s_folder, name + ".zip"));
        using (model as IDisposable)
        using (PredictionEngine<PhotoRow, PredictionRow> engine = mlContext.Model.CreatePredictionEngine<PhotoRow, PredictionRow>(model))
        {
            Assert.Equal("pattern", MobileNetV2FeaturizerInfo.Find(model)!.WeightsName);
            Assert.NotEmpty(expected);
            Assert.All(expected, row => Assert.InRange(
                Photos.MaxDifference(
                    [row.Score],
                    [engine.Predict(new PhotoRow { ImagePath = Path.Combine(Repository.SamplePhotos, row.Photo) }).Score]), 0, 1e-3));
        }
    }

    private sealed record ExpectedScore(string Photo, float[] Score);
}
