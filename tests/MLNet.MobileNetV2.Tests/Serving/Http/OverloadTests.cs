using System.Net;
using MLNet.MobileNetV2.Tests.Cli;
using MLNet.MobileNetV2.Tests.Support;

namespace MLNet.MobileNetV2.Tests.Serving.Http;

/// <summary>More than the service takes on: what waits, what is refused, and what takes too long.</summary>
[Trait("Category", "Slow")]
public sealed class OverloadTests(TrainedModel model)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Predict_BeyondTheQueue_IsRefusedAndTheOthersAreServed()
    {
        await using WebApiProcess process = await WebApiProcess.StartAsync(
            await model.PathAsync(), "--maxRequests", "1", "--maxQueue", "1");
        byte[] picture = await File.ReadAllBytesAsync(Repository.SampleFiles(1)[0], Token);
        using RawConnection first = await RawConnection.PostAsync(
            process.Port, $"Content-Length: {picture.Length}", "Expect: 100-continue");

        // The service asks for the body, so the first request has its place.
        Assert.Equal(100, (await first.ReadHeadAsync()).Status);
        Task<HttpResponseMessage>[] others = [SendAsync(process, picture), SendAsync(process, picture)];
        using HttpResponseMessage refused = await await Task.WhenAny(others);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
        Assert.Equal(TimeSpan.FromSeconds(1), refused.Headers.RetryAfter?.Delta);
        Assert.Contains("Too many requests", await refused.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
        Assert.Equal("Healthy", await process.Client.GetStringAsync(new Uri("/health", UriKind.Relative), Token));

        await first.SendAsync(picture);

        Assert.Equal(200, (await first.ReadHeadAsync()).Status);
        HttpResponseMessage[] all = await Task.WhenAll(others);
        Assert.Single(all, response => response.StatusCode == HttpStatusCode.OK);
        Array.ForEach(all, response => response.Dispose());
    }

    [Fact]
    public async Task Predict_OfABodyThatComesTooSlowly_IsTimedOut()
    {
        await using WebApiProcess process = await WebApiProcess.StartAsync(
            await model.PathAsync(), "--maxRequests", "1", "--timeoutSeconds", "4");
        using RawConnection slow = await RawConnection.PostAsync(process.Port, "Content-Length: 1000");
        await slow.SendAsync(new byte[10]);

        Assert.Equal(408, (await slow.ReadHeadAsync()).Status);
        using HttpResponseMessage next = await SendAsync(process, await File.ReadAllBytesAsync(Repository.SampleFiles(1)[0], Token));
        Assert.Equal(HttpStatusCode.OK, next.StatusCode);
    }

    private static Task<HttpResponseMessage> SendAsync(WebApiProcess process, byte[] picture) =>
        process.Client.PostAsync(new Uri("/predict", UriKind.Relative), Answer.Body(picture), Token);
}
