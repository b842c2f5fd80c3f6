using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using MLNet.MobileNetV2.Tests.Cli;
using MLNet.MobileNetV2.Tests.Support;
using WebApi;

namespace MLNet.MobileNetV2.Tests.Serving.Http;

public sealed class DetectRequestTests(TrainedModel model, RunningService service)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Detect_OfABodyOrAForm_FromManyClientsAtOnce_GivesTheDetectorsObjects()
    {
        HttpClient client = (await service.ProcessAsync(model)).Client;
        using MobileNetV2Detector detector = MobileNetV2Detector.CreatePretrained();
        string[] files = [.. Repository.SampleFiles(8)];
        DetectedObject[][] expected = [.. files.Select(file => detector.Detect(file, Token).ToArray())];
        Assert.Contains(expected, objects => objects.Length > 0);

        DetectResponse[] bodies = await Task.WhenAll(files.Select(file => SendAsync(Answer.Body(File.ReadAllBytes(file), "image/webp"))));
        DetectResponse[] forms = await Task.WhenAll(files.Select(file => SendAsync(
            new MultipartFormDataContent { { Answer.Body(File.ReadAllBytes(file), "image/webp"), "file", "photo.webp" } })));

        foreach (DetectResponse[] found in (DetectResponse[][])[bodies, forms])
        {
            Assert.All(expected.Zip(found), pair =>
            {
                Assert.Equal(pair.First.Select(one => one.Label), pair.Second.Detections.Select(one => one.Label));
                Assert.All(pair.First.Zip(pair.Second.Detections), same =>
                {
                    Assert.Equal(same.First.Score, same.Second.Score, 1e-5f);
                    float[] box = [same.First.Box.X, same.First.Box.Y, same.First.Box.Width, same.First.Box.Height];
                    Assert.All(box.Zip(same.Second.Box), side => Assert.Equal(side.First, side.Second, 1e-2f));
                });
            });
        }

        async Task<DetectResponse> SendAsync(HttpContent content)
        {
            using HttpResponseMessage response = await client.PostAsync(new Uri("/detect", UriKind.Relative), content, Token);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            return (await response.Content.ReadFromJsonAsync<DetectResponse>(Token))!;
        }
    }

    [Fact]
    public async Task Detect_OfWhatIsNoImage_SaysWhy()
    {
        HttpClient client = (await service.ProcessAsync(model)).Client;

        using HttpResponseMessage response =
            await client.PostAsync(new Uri("/detect", UriKind.Relative), Answer.Body("no image"u8.ToArray()), Token);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains("The image cannot be used", await response.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
    }

    [Fact]
    public async Task OpenApi_DescribesTheDetection()
    {
        HttpClient client = (await service.ProcessAsync(model)).Client;

        using var document = JsonDocument.Parse(await client.GetStringAsync(new Uri("/openapi/v1.json", UriKind.Relative), Token));

        JsonElement post = document.RootElement.GetProperty("paths").GetProperty("/detect").GetProperty("post");
        Assert.False(post.TryGetProperty("parameters", out _));
        Assert.Equal(7, post.GetProperty("requestBody").GetProperty("content").EnumerateObject().Count());
    }
}
