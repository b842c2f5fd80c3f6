using System.Net;
using MLNet.MobileNetV2.Tests.Cli;
using MLNet.MobileNetV2.Tests.Support;

namespace MLNet.MobileNetV2.Tests.Serving.Http;

public sealed class PredictRequestTests(TrainedModel model, RunningService service)
{
    private static readonly IReadOnlyList<string> s_files = Repository.SampleFiles(2);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Predict_OfABodyOrAForm_GivesTheModelsScores()
    {
        HttpClient client = (await service.ProcessAsync(model)).Client;
        using MobileNetV2Predictor predictor = MobileNetV2Predictor.Load(await model.PathAsync());
        foreach (string file in s_files)
        {
            byte[] bytes = await File.ReadAllBytesAsync(file, Token);
            using var form = new MultipartFormDataContent { { Answer.Body(bytes, "image/webp"), "file", "photo.webp" } };

            CheckSame(predictor.Predict(file, cancellationToken: Token), await Answer.OfAsync(client, Answer.Body(bytes, "image/webp")));
            CheckSame(predictor.Predict(file, cancellationToken: Token), await Answer.OfAsync(client, form));
        }
    }

    [Theory]
    [InlineData("", 3)]
    [InlineData("?top=1", 1)]
    [InlineData("?top=2", 2)]
    [InlineData("?top=100", 3)]
    public async Task Predict_OfTheTopClasses_GivesAsMany(string query, int expected)
    {
        HttpClient client = (await service.ProcessAsync(model)).Client;

        Answer answer = await Answer.OfAsync(client, Answer.Body(await File.ReadAllBytesAsync(s_files[0], Token)), query);

        Assert.Equal(expected, answer.Predictions.Count);
        Assert.Equal(answer.Predictions.OrderByDescending(score => score.Score), answer.Predictions);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("abc")]
    [InlineData("1.5")]
    [InlineData("")]
    [InlineData("99999999999")]
    [InlineData("1&top=2")]
    public async Task Predict_OfAnImpossibleTop_NamesIt(string top)
    {
        HttpClient client = (await service.ProcessAsync(model)).Client;

        Answer answer = await Answer.OfAsync(client, Answer.Body(await File.ReadAllBytesAsync(s_files[0], Token)), "?top=" + top);

        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        Assert.Contains("must be a whole number from 1 up", answer.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("text/plain")]
    [InlineData("application/json")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("multipart/mixed; boundary=x")]
    [InlineData("image")]
    public async Task Predict_OfAnotherContentType_SaysWhichAreAllowed(string? type)
    {
        HttpClient client = (await service.ProcessAsync(model)).Client;

        Answer answer = await Answer.OfAsync(client, Answer.Body(await File.ReadAllBytesAsync(s_files[0], Token), type));

        Assert.Equal(HttpStatusCode.UnsupportedMediaType, answer.Status);
        Assert.Contains("image/jpeg", answer.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Predict_OfABodyOfAnyBytes_IsThatOfThePicture()
    {
        HttpClient client = (await service.ProcessAsync(model)).Client;
        byte[] picture = await File.ReadAllBytesAsync(s_files[0], Token);

        Answer expected = await Answer.OfAsync(client, Answer.Body(picture, "image/webp"));
        Answer found = await Answer.OfAsync(client, Answer.Body(picture, "application/octet-stream"));
        Answer text = await Answer.OfAsync(client, Answer.Body("no image"u8.ToArray(), "Application/Octet-Stream"));

        Assert.Equal(HttpStatusCode.OK, found.Status);
        Assert.Equal(expected.Predictions, found.Predictions);
        Assert.Equal(HttpStatusCode.BadRequest, text.Status);
        Assert.Contains("begins with the text 'no image'", text.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Predict_FromManyClientsAtOnce_GivesEachItsOwn()
    {
        HttpClient client = (await service.ProcessAsync(model)).Client;
        using MobileNetV2Predictor predictor = MobileNetV2Predictor.Load(await model.PathAsync());
        byte[][] pictures = [.. s_files.Select(File.ReadAllBytes)];
        IReadOnlyList<ClassScore>[] expected = [.. pictures.Select(picture => predictor.Predict(picture, cancellationToken: Token))];

        Answer[] answers = await Task.WhenAll(
            Enumerable.Range(0, 48).Select(i => Answer.OfAsync(client, Answer.Body(pictures[i % pictures.Length]))));

        for (int i = 0; i < answers.Length; i++)
        {
            CheckSame(expected[i % pictures.Length], answers[i]);
        }
    }

    [Theory]
    [InlineData("GET", "/predict", HttpStatusCode.MethodNotAllowed)]
    [InlineData("GET", "/nothing", HttpStatusCode.NotFound)]
    public async Task Request_OfWhatIsNotThere_IsAProblem(string method, string path, HttpStatusCode expected)
    {
        HttpClient client = (await service.ProcessAsync(model)).Client;
        using var request = new HttpRequestMessage(new HttpMethod(method), path);

        using HttpResponseMessage response = await client.SendAsync(request, Token);

        Assert.Equal(expected, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
    }

    [Fact]
    public async Task Health_OfARunningService_IsGood()
    {
        HttpClient client = (await service.ProcessAsync(model)).Client;

        Assert.Equal("Healthy", await client.GetStringAsync(new Uri("/health", UriKind.Relative), Token));
    }

    [Fact]
    public async Task OpenApi_DescribesThePrediction()
    {
        HttpClient client = (await service.ProcessAsync(model)).Client;

        using var document = System.Text.Json.JsonDocument.Parse(
            await client.GetStringAsync(new Uri("/openapi/v1.json", UriKind.Relative), Token));

        System.Text.Json.JsonElement post = document.RootElement.GetProperty("paths").GetProperty("/predict").GetProperty("post");
        Assert.Equal("top", post.GetProperty("parameters")[0].GetProperty("name").GetString());
        Assert.Equal(
            ["application/octet-stream", "image/bmp", "image/gif", "image/jpeg", "image/png", "image/webp", "multipart/form-data"],
            post.GetProperty("requestBody").GetProperty("content").EnumerateObject().Select(type => type.Name).Order());
        Assert.Equal(
            ["200", "400", "408", "413", "415", "503"], post.GetProperty("responses").EnumerateObject().Select(
                answer => answer.Name).Order());
    }

    private static void CheckSame(IReadOnlyList<ClassScore> expected, Answer found)
    {
        Assert.Equal((HttpStatusCode.OK, null), (found.Status, found.Detail));
        Assert.Equal(expected.Select(score => score.Label), found.Predictions.Select(score => score.Label));
        Assert.All(expected.Zip(found.Predictions), pair => Assert.Equal(pair.First.Score, pair.Second.Score, 1e-5));
    }
}
