using System.Net;
using MLNet.MobileNetV2.Tests.Cli;
using MLNet.MobileNetV2.Tests.Images;
using MLNet.MobileNetV2.Tests.Support;
using SkiaSharp;

namespace MLNet.MobileNetV2.Tests.Serving.Http;

/// <summary>Uploads that are no images, or would be too much: each gets its answer, and the service goes on.</summary>
public sealed class HostileRequestTests(TrainedModel model, RunningService service)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Predict_OfBadPictures_SaysWhy()
    {
        using SKBitmap photo = Pictures.Photo(300, 200);
        byte[] jpeg = photo.EncodeAs(SKEncodedImageFormat.Jpeg, 90);
        byte[] garbage = new byte[5000];
        new Random(1).NextBytes(garbage);

        await CheckBadAsync([], "there are no bytes");
        await CheckBadAsync(garbage, "it is not a JPEG, PNG, WebP, BMP or GIF image");
        await CheckBadAsync([.. "<script>"u8, .. garbage], "it is not a JPEG, PNG, WebP, BMP or GIF image");
        await CheckBadAsync(jpeg[..(jpeg.Length / 2)], "the image is truncated");
        await CheckBadAsync([.. jpeg[..20], .. garbage], "the image is damaged or truncated");
        await CheckBadAsync(PngBytes.HeaderOnly(60_000, 60_000), "it has 60000 x 60000 pixels; at most 50 megapixels are allowed");
        await CheckBadAsync(PngBytes.HeaderOnly(6000, 6000), "the image is truncated");

        // 64 megapixels in 70 KB.
        byte[] bomb = PngBytes.Create(8000, 8000, bitDepth: 1, colourType: 0, new byte[1000 * 8000]);
        Assert.InRange(bomb.Length, 1, 100_000);
        await CheckBadAsync(bomb, "it has 8000 x 8000 pixels; at most 50 megapixels are allowed");
    }

    [Fact]
    public async Task Predict_OfALengthAboveTheLimit_IsRefusedBeforeItIsRead()
    {
        WebApiProcess process = await service.ProcessAsync(model);
        using RawConnection connection = await RawConnection.PostAsync(process.Port, $"Content-Length: {10_000_000_000}");

        Assert.Equal(413, (await connection.ReadHeadAsync()).Status);
        await CheckServesAsync();
    }

    [Fact]
    public async Task Predict_OfChunksAboveTheLimit_IsRefusedWhereItPassesTheLimit()
    {
        WebApiProcess process = await service.ProcessAsync(model);
        using RawConnection connection = await RawConnection.PostAsync(process.Port, "Transfer-Encoding: chunked");
        byte[] chunk = new byte[RunningService.MaxBodyBytes / 10];
        for (int i = 0; i < 10; i++)
        {
            await connection.SendChunkAsync(chunk);
        }

        await connection.SendChunkAsync([1]);

        Assert.Equal(413, (await connection.ReadHeadAsync()).Status);
        await CheckServesAsync();
    }

    [Fact]
    public async Task Predict_OfAFormAboveTheLimit_IsRefused()
    {
        HttpClient client = (await service.ProcessAsync(model)).Client;
        using var form = new MultipartFormDataContent { { Answer.Body(new byte[RunningService.MaxBodyBytes]), "file", "photo.jpg" } };
        using var request = new HttpRequestMessage(HttpMethod.Post, "/predict") { Content = form };

        // The client sends the body only when it is asked for it.
        request.Headers.ExpectContinue = true;
        using HttpResponseMessage response = await client.SendAsync(request, Token);

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
    }

    [Fact]
    public async Task Predict_OfAPictureAsLongAsAllowed_Works()
    {
        // Skia reads a JPEG up to its end mark alone.
        using SKBitmap photo = Pictures.Photo(300, 200);
        byte[] jpeg = photo.EncodeAs(SKEncodedImageFormat.Jpeg, 90);
        Array.Resize(ref jpeg, RunningService.MaxBodyBytes);

        Assert.Equal(HttpStatusCode.OK, (await Answer.OfAsync((await service.ProcessAsync(model)).Client, Answer.Body(jpeg))).Status);
    }

    [Theory]
    [InlineData("GARBAGE\r\n\r\n")]
    [InlineData("POST /predict HTTP/1.1\r\nHost: x\r\nContent-Type: image/jpeg\r\nContent-Length: -1\r\n\r\n")]
    [InlineData("POST /predict HTTP/1.1\r\nHost: x\r\nContent-Type: image/jpeg\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n")]
    public async Task Request_ThatIsNoHttp_IsABadRequest(string text)
    {
        WebApiProcess process = await service.ProcessAsync(model);
        using RawConnection connection = await RawConnection.OpenAsync(process.Port, text);

        Assert.Equal(400, (await connection.ReadHeadAsync()).Status);
        await CheckServesAsync();
    }

    [Fact]
    public async Task Predict_OfAClientThatGoesAway_DoesNoHarm()
    {
        WebApiProcess process = await service.ProcessAsync(model);
        for (int i = 0; i < 20; i++)
        {
            using RawConnection connection = await RawConnection.PostAsync(process.Port, "Content-Length: 100000");
            await connection.SendAsync(new byte[1000 * i]);
        }

        await CheckServesAsync();
    }

    private async Task CheckBadAsync(byte[] body, string reason)
    {
        Answer answer = await Answer.OfAsync((await service.ProcessAsync(model)).Client, Answer.Body(body));

        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        Assert.Contains(reason, answer.Detail, StringComparison.Ordinal);
    }

    private async Task CheckServesAsync()
    {
        byte[] picture = await File.ReadAllBytesAsync(Repository.SampleFiles(1)[0], Token);
        Assert.Equal(HttpStatusCode.OK, (await Answer.OfAsync((await service.ProcessAsync(model)).Client, Answer.Body(picture))).Status);
    }
}
